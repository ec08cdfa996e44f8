{%- set tracked_fields = {
    'segment': 'segment',
    'region': 'region',
    'industry': 'industry',
    'owner_user_id': 'owner_user_id',
    'csm_user_id': 'csm_user_id',
    'renewal_date': 'renewal_date',
    'arr': 'arr',
    'lifecycle_stage': 'lifecycle_stage',
    'parent_account_id': 'parent_account_id',
} -%}

with

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

crm_account_changes as (
    select * from {{ ref('crm_account_changes') }}
),

current_values as (
    {%- for field_name, column_name in tracked_fields.items() %}
    select
        account_id,
        '{{ field_name }}' as field_name,
        cast({{ column_name }} as {{ dbt.type_string() }}) as field_value
    from crm_accounts
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

tracked_changes as (
    select
        crm_account_changes.account_id,
        crm_account_changes.field_name,
        crm_account_changes.old_value,
        crm_account_changes.new_value,
        cast(crm_account_changes.changed_at as date) as change_date,
        row_number() over (
            partition by crm_account_changes.account_id, crm_account_changes.field_name
            order by
                crm_account_changes.changed_at asc,
                crm_account_changes.new_value asc nulls last
        ) as change_number,
        row_number() over (
            partition by
                crm_account_changes.account_id,
                crm_account_changes.field_name,
                cast(crm_account_changes.changed_at as date)
            order by
                crm_account_changes.changed_at desc,
                crm_account_changes.new_value desc nulls first
        ) as changes_left_in_day
    from crm_account_changes
    inner join current_values
        on
            crm_account_changes.account_id = current_values.account_id
            and crm_account_changes.field_name = current_values.field_name
),

first_change_dates as (
    select
        account_id,
        min(change_date) as first_change_date
    from tracked_changes
    group by account_id
),

-- An account's history starts when it was made, or with the first sign of it if that is earlier.
starts as (
    select
        crm_accounts.account_id,
        case
            when first_change_dates.first_change_date < cast(crm_accounts.created_at as date)
                then first_change_dates.first_change_date
            else coalesce(
                cast(crm_accounts.created_at as date),
                first_change_dates.first_change_date,
                cast(crm_accounts.became_customer_at as date),
                crm_accounts.contract_start_date,
                cast(crm_accounts.updated_at as date),
                {{ as_of_day() }}
            )
        end as start_date,
        cast(crm_accounts.created_at as date) as created_date
    from crm_accounts
    left join first_change_dates
        on crm_accounts.account_id = first_change_dates.account_id
),

values_at_start as (
    select
        current_values.account_id,
        current_values.field_name,
        case
            when first_changes.account_id is not null then first_changes.old_value
            else current_values.field_value
        end as field_value,
        starts.start_date as valid_from,
        starts.created_date
    from current_values
    inner join starts
        on current_values.account_id = starts.account_id
    left join tracked_changes as first_changes
        on
            current_values.account_id = first_changes.account_id
            and current_values.field_name = first_changes.field_name
            and first_changes.change_number = 1
),

values_by_day as (
    select
        account_id,
        field_name,
        new_value as field_value,
        change_date as valid_from,
        1 as change_rank
    from tracked_changes
    where changes_left_in_day = 1
    union all
    select
        account_id,
        field_name,
        field_value,
        valid_from,
        0 as change_rank
    from values_at_start
),

-- A change on the first day replaces the value that the account was made with.
ranked_values as (
    select
        account_id,
        field_name,
        valid_from,
        nullif(trim(field_value), '') as field_value,
        row_number() over (
            partition by account_id, field_name, valid_from
            order by change_rank desc
        ) as value_number
    from values_by_day
),

values_with_previous as (
    select
        account_id,
        field_name,
        field_value,
        valid_from,
        row_number() over (
            partition by account_id, field_name order by valid_from asc
        ) as point_number,
        lag(field_value) over (
            partition by account_id, field_name order by valid_from asc
        ) as previous_value
    from ranked_values
    where value_number = 1
),

real_changes as (
    select *
    from values_with_previous
    where
        point_number = 1
        or coalesce(field_value, '') <> coalesce(previous_value, '')
),

field_intervals as (
    select
        real_changes.account_id,
        real_changes.field_name,
        real_changes.field_value,
        real_changes.valid_from,
        lead(real_changes.valid_from) over (
            partition by real_changes.account_id, real_changes.field_name
            order by real_changes.valid_from asc
        ) as valid_to,
        real_changes.point_number = 1 as is_first,
        case
            when real_changes.point_number > 1 then null
            when values_at_start.valid_from = values_at_start.created_date
                then real_changes.field_value
            else nullif(trim(values_at_start.field_value), '')
        end as value_before
    from real_changes
    inner join values_at_start
        on
            real_changes.account_id = values_at_start.account_id
            and real_changes.field_name = values_at_start.field_name
)

select * from field_intervals
