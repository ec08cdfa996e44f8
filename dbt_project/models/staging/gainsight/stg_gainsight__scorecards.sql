with

source as (

    select * from {{ source('gainsight', 'scorecard_fact') }}

),

renamed as (

    select
        company_id as account_id,
        scorecard_name,
        measure_name,
        score,
        label as score_label,
        previous_score,
        weight,
        is_override,
        comment,
        scored_by as scored_by_user_id,
        scored_date as scored_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
