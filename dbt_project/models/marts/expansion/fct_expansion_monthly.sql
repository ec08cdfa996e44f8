with

arr_movements as (
    select * from {{ ref('fct_arr_movements_monthly') }}
),

targets as (
    select * from {{ ref('int_expansion_targets_monthly') }}
),

pipeline as (
    select * from {{ ref('int_expansion_pipeline_monthly') }}
),

signals as (
    select * from {{ ref('int_expansion_signals_monthly') }}
),

months as (
    select * from {{ ref('int_months') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

{%- set measures = {
    'target_arr': 'targets', 'open_pipeline_arr': 'pipeline', 'cs_sourced_pipeline_arr': 'pipeline',
    'open_opportunities': 'pipeline', 'won_arr': 'pipeline', 'cs_sourced_won_arr': 'pipeline',
    'expansion_arr': 'arr_movements', 'open_signals': 'signals', 'signal_arr': 'signals',
} %}

all_parts as (
    {%- for relation in ['arr_movements', 'targets', 'pipeline', 'signals'] %}
    select
        account_id,
        {{ 'segment' if relation == 'targets' else 'cast(null as ' ~ dbt.type_string() ~ ')' }}
            as target_segment,
        {%- for measure, holder in measures.items() %}
        {{ measure if holder == relation else 0 }} as {{ measure }},
        {%- endfor %}
        month_start_date
    from {{ relation }}
    {%- if relation == 'arr_movements' %}
    where
        opening_arr > 0
        or expansion_arr <> 0
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

summed as (
    select
        account_id,
        max(target_segment) as target_segment,
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        month_start_date
    from all_parts
    group by account_id, month_start_date, case when account_id = '(none)' then target_segment end
),

-- What the account was at the month's end; where the ledger knows it, as the ledger has it.
placed as (
    select
        summed.*,
        coalesce(
            arr_movements.segment, summed.target_segment, account_history.segment, '(none)'
        ) as segment,
        coalesce(arr_movements.region, account_history.region, '(none)') as region,
        coalesce(arr_movements.csm_user_id, account_history.csm_user_id, '(none)') as csm_user_id,
        months.is_month_complete,
        months.state_date
    from summed
    inner join months
        on summed.month_start_date = months.month_start_date
    left join arr_movements
        on
            summed.account_id = arr_movements.account_id
            and summed.month_start_date = arr_movements.month_start_date
    left join account_history
        on
            summed.account_id = account_history.account_id
            and months.state_date >= account_history.valid_from
            and coalesce(months.state_date < account_history.valid_to, true)
)

select
    cast(placed.account_id as {{ dbt.type_string() }}) as account_id,
    cast(placed.segment as {{ dbt.type_string() }}) as segment,
    cast(placed.region as {{ dbt.type_string() }}) as region,
    cast(placed.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    coalesce(hr_employees.team, '(none)') as team,
    {%- for measure in measures %}
    {%- set type = 'decimal(18, 2)' if measure.endswith('_arr') else dbt.type_int() %}
    cast(placed.{{ measure }} as {{ type }}) as {{ measure }},
    {%- endfor %}
    placed.is_month_complete,
    placed.month_start_date,
    placed.state_date
from placed
left join hr_employees
    on placed.csm_user_id = hr_employees.user_id
