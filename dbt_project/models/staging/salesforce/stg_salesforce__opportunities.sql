with

source as (

    select * from {{ source('salesforce', 'opportunity') }}

),

renamed as (

    select
        id as opportunity_id,
        account_id,
        name as opportunity_name,
        type as opportunity_type,
        stage_name,
        forecast_category_name as forecast_category,
        amount,
        upper(currency_iso_code) as currency,
        arr_c as arr_amount,
        prior_arr_c as prior_arr,
        probability,
        close_date,
        contract_id,
        renewal_date_c as renewal_date,
        is_closed,
        is_won,
        case when is_closed then coalesce(closed_date_c, cast(close_date as {{ dbt.type_timestamp() }})) end as closed_at,
        loss_reason_c as loss_reason,
        lead_source,
        owner_id as owner_user_id,
        coalesce(is_deleted, false) as is_deleted,
        created_date as created_at,
        last_modified_date as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
