with

source as (

    select * from {{ source('salesforce', 'account_history') }}

),

plain as (

    select
        source.*,
        replace(replace(lower(field), '__c', ''), '_', '') as plain_field
    from source

),

renamed as (

    select
        account_id,
        case
            when plain_field in ('owner', 'ownerid') then 'owner_user_id'
            when plain_field in ('csm', 'csmc') then 'csm_user_id'
            when plain_field in ('segment', 'segmentc') then 'segment'
            when plain_field in ('region', 'regionc') then 'region'
            when plain_field in ('renewaldate', 'renewaldatec') then 'renewal_date'
            when plain_field in ('arr', 'arrc') then 'arr'
            when plain_field in ('lifecyclestage', 'lifecyclestagec') then 'lifecycle_stage'
            when plain_field in ('parent', 'parentid') then 'parent_account_id'
            when plain_field in ('masterrecord', 'masterrecordid') then 'merged_into_account_id'
            when plain_field in ('contractstartdate', 'contractstartdatec') then 'contract_start_date'
            when plain_field in ('contractenddate', 'contractenddatec') then 'contract_end_date'
            when plain_field in ('currencyisocode', 'currency') then 'currency'
            when plain_field = 'type' then 'account_type'
            when plain_field = 'name' then 'account_name'
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
