with

source as (

    select * from {{ source('salesforce', 'contract') }}

),

renamed as (

    select
        id as contract_id,
        account_id,
        previous_contract_c as previous_contract_id,
        contract_number,
        status,
        start_date,
        end_date,
        cast(customer_signed_date as {{ dbt.type_timestamp() }}) as signed_at,
        contract_term as term_months,
        auto_renew_c as auto_renew,
        notice_period_days_c as notice_period_days,
        arr_c as arr,
        tcv_c as tcv,
        upper(currency_iso_code) as currency,
        licensed_seats_c as licensed_seats,
        owner_id as owner_user_id,
        activated_date as activated_at,
        created_date as created_at,
        last_modified_date as updated_at,
        coalesce(is_deleted, false) as is_deleted,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
