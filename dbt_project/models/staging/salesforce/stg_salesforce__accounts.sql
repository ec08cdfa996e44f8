with

source as (

    select * from {{ source('salesforce', 'account') }}

),

renamed as (

    select
        id as account_id,
        name as account_name,
        parent_id as parent_account_id,
        type as account_type,
        lifecycle_stage_c as lifecycle_stage,
        segment_c as segment,
        industry,
        region_c as region,
        billing_country as country,
        number_of_employees as employee_count,
        annual_revenue,
        website as website_domain,
        owner_id as owner_user_id,
        csm_c as csm_user_id,
        arr_c as arr,
        upper(currency_iso_code) as currency,
        contract_start_date_c as contract_start_date,
        contract_end_date_c as contract_end_date,
        renewal_date_c as renewal_date,
        master_record_id as merged_into_account_id,
        became_customer_date_c is not null and churned_date_c is null as is_customer,
        became_customer_date_c as became_customer_at,
        churned_date_c as churned_at,
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
