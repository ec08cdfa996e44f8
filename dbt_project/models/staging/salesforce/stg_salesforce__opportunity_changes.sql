with

source as (

    select * from {{ source('salesforce', 'opportunity_field_history') }}

),

plain as (

    select
        source.*,
        replace(replace(lower(field), '__c', ''), '_', '') as plain_field
    from source

),

renamed as (

    select
        id as history_id,
        opportunity_id,
        case
            when plain_field in ('stagename', 'stage') then 'stage_name'
            when plain_field in ('forecastcategoryname', 'forecastcategory') then 'forecast_category'
            when plain_field = 'amount' then 'amount'
            when plain_field = 'closedate' then 'close_date'
            when plain_field = 'probability' then 'probability'
            when plain_field in ('arr', 'arrc') then 'arr_amount'
            when plain_field in ('owner', 'ownerid') then 'owner_user_id'
            else lower(field)
        end as field_name,
        old_value,
        new_value,
        created_by_id as changed_by_user_id,
        created_date as changed_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from plain

)

select * from renamed
