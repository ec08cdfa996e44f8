{%- set always_before = 1 * 12 + 1 -%}
{%- set always_after = 9999 * 12 + 11 -%}

with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

arr_record_months as (
    select * from {{ ref('int_arr_record_months') }}
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
    from account_arr_movements
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
        {{ month_number('fields.valid_from') }} as first_month_number,
        {{ month_number('fields.valid_to') }} - 1 as last_month_number
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
    from arr_record_months
    group by account_id, month_number, plan_name
    having sum(arr) > 0
),

main_plans as (
    select
        account_id,
        month_number,
        plan_name,
        lag(plan_name) over (partition by account_id order by month_number asc) as plan_before,
        lag(month_number) over (partition by account_id order by month_number asc) as month_before
    from plan_sums
    where plan_rank = 1
),

-- A new run begins with another plan, and after months without any.
plan_starts as (
    select
        account_id,
        month_number as first_month_number,
        plan_name,
        month_before
    from main_plans
    where
        month_before is null
        or plan_before <> plan_name
        or month_before < month_number - 1
),

last_months as (
    select
        account_id,
        max(month_number) as last_plan_month
    from main_plans
    group by account_id
),

plan_runs as (
    select
        plan_starts.account_id,
        plan_starts.plan_name,
        plan_starts.first_month_number,
        coalesce(
            lead(plan_starts.month_before) over (
                partition by plan_starts.account_id order by plan_starts.first_month_number asc
            ), last_months.last_plan_month
        ) as last_month_number,
        coalesce(
            lead(plan_starts.first_month_number) over (
                partition by plan_starts.account_id order by plan_starts.first_month_number asc
            ), {{ always_after }} + 1
        ) as next_first_month
    from plan_starts
    inner join last_months
        on plan_starts.account_id = last_months.account_id
),

-- Whoever is lost in a month is lost from the plan that it was on, so there it lasts a month more.
plan_runs_with_gaps as (
    {%- for slice_at, longer in [('start', 0), ('end', 1)] %}
    select
        account_id,
        '{{ slice_at }}' as slice_at,
        plan_name as slice_value,
        first_month_number,
        least(last_month_number + {{ longer }}, next_first_month - 1) as last_month_number
    from plan_runs
    union all
    select
        account_id,
        '{{ slice_at }}' as slice_at,
        '(none)' as slice_value,
        last_month_number + {{ longer }} + 1 as first_month_number,
        next_first_month - 1 as last_month_number
    from plan_runs
    union all
    select
        accounts.account_id,
        '{{ slice_at }}' as slice_at,
        '(none)' as slice_value,
        {{ always_before }} as first_month_number,
        coalesce(min(plan_runs.first_month_number), {{ always_after }} + 1) - 1
            as last_month_number
    from accounts
    left join plan_runs
        on accounts.account_id = plan_runs.account_id
    group by accounts.account_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

runs as (
    select
        account_id,
        slice_at,
        'plan' as slice_type,
        slice_value,
        first_month_number,
        last_month_number
    from plan_runs_with_gaps
    union all
    {%- for slice_at in ['start', 'end'] %}
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
