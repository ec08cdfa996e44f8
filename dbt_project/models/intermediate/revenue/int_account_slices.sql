{%- set always_before = 1 * 12 + 1 -%}
{%- set always_after = 9999 * 12 + 11 -%}
{%- set month_of = "cast(extract(year from {0}) * 12 + extract(month from {0}) as " ~ dbt.type_int() ~ ")" -%}

with

account_arr_monthly as (
    select * from {{ ref('int_account_arr_monthly') }}
),

arr_plan_months as (
    select * from {{ ref('int_arr_plan_months') }}
),

account_field_spans as (
    select * from {{ ref('int_account_field_spans') }}
),

months as (
    select * from {{ ref('int_months') }}
),

segments as (
    select * from {{ ref('segments') }}
),

regions as (
    select * from {{ ref('regions') }}
),

accounts as (
    select
        account_id,
        min(case when closing_arr > 0 then month_number end) as start_month_number
    from account_arr_monthly
    group by account_id
),

-- A value counts in the months at whose end it stood.
field_runs as (
    select
        fields.account_id,
        case fields.field_name when 'csm_user_id' then 'csm' else fields.field_name end
            as slice_type,
        case fields.field_name
            when 'segment' then segments.segment_id
            when 'region' then regions.region_id
            else fields.field_value
        end as slice_value,
        {{ month_of.format('fields.valid_from') }} as first_month_number,
        {{ month_of.format('fields.valid_to') }} - 1 as last_month_number
    from account_field_spans as fields
    inner join accounts
        on fields.account_id = accounts.account_id
    left join segments
        on
            fields.field_name = 'segment'
            and {{ label_key('fields.field_value') }} = segments.label
    left join regions
        on
            fields.field_name = 'region'
            and {{ label_key('fields.field_value') }} = regions.label
    where fields.field_name in ('segment', 'region', 'industry', 'csm_user_id')
),

plan_sums as (
    select
        account_id,
        month_number,
        plan_name,
        row_number() over (
            partition by account_id, month_number
            order by sum(arr) desc, plan_name asc
        ) as plan_rank
    from arr_plan_months
    group by account_id, month_number, plan_name
    having sum(arr) > 0
),

plans as (
    select
        account_arr_monthly.account_id,
        account_arr_monthly.month_number,
        account_arr_monthly.closing_arr,
        coalesce(plan_sums.plan_name, '(none)') as plan_at_start
    from account_arr_monthly
    left join plan_sums
        on
            account_arr_monthly.account_id = plan_sums.account_id
            and account_arr_monthly.month_number = plan_sums.month_number
            and plan_sums.plan_rank = 1
),

-- Whoever is lost this month is lost from the plan that it was on.
plans_with_end as (
    select
        plans.*,
        case
            when closing_arr > 0 then plan_at_start
            else coalesce(
                lag(plan_at_start) over (partition by account_id order by month_number asc),
                '(none)'
            )
        end as plan_at_end
    from plans
),

{% for slice_at in ['start', 'end'] %}
plan_changes_at_{{ slice_at }} as (
    select
        account_id,
        month_number,
        plan_at_{{ slice_at }} as slice_value,
        lag(plan_at_{{ slice_at }}, 1, '(none)') over (
            partition by account_id order by month_number asc
        ) as value_before
    from plans_with_end
),

plan_points_at_{{ slice_at }} as (
    select
        account_id,
        month_number as first_month_number,
        slice_value
    from plan_changes_at_{{ slice_at }}
    where slice_value <> value_before
    union all
    select
        account_id,
        {{ always_before }} as first_month_number,
        '(none)' as slice_value
    from accounts
),

{% endfor %}
runs as (
    {%- for slice_at in ['start', 'end'] %}
    select
        account_id,
        '{{ slice_at }}' as slice_at,
        'plan' as slice_type,
        slice_value,
        first_month_number,
        lead(first_month_number, 1, {{ always_after }} + 1) over (
            partition by account_id order by first_month_number asc
        ) - 1 as last_month_number
    from plan_points_at_{{ slice_at }}
    union all
    select
        account_id,
        '{{ slice_at }}' as slice_at,
        slice_type,
        slice_value,
        first_month_number,
        last_month_number
    from field_runs
    union all
    select
        account_id,
        '{{ slice_at }}' as slice_at,
        'company' as slice_type,
        'company' as slice_value,
        {{ always_before }} as first_month_number,
        {{ always_after }} as last_month_number
    from accounts
    union all
    select
        accounts.account_id,
        '{{ slice_at }}' as slice_at,
        'start_cohort' as slice_type,
        {{ quarter_name('months.month_start_date') }} as slice_value,
        {{ always_before }} as first_month_number,
        {{ always_after }} as last_month_number
    from accounts
    left join months
        on accounts.start_month_number = months.month_number
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

account_slices as (
    select
        account_id,
        slice_at,
        slice_type,
        coalesce(slice_value, '(none)') as slice_value,
        first_month_number,
        last_month_number
    from runs
    where first_month_number <= last_month_number
)

select * from account_slices
