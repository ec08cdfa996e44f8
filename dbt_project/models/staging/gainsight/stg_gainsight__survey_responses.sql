with

source as (

    select * from {{ source('gainsight', 'survey_response') }}

),

renamed as (

    select
        id as response_id,
        company_id as account_id,
        contact_id,
        survey_id,
        lower(survey_type) as survey_type,
        score,
        comment,
        sentiment,
        sent_date as sent_at,
        responded_date as responded_at,
        modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
