{%- set kept = "renewals.outcome in ('renewed', 'contracted', 'expanded')" -%}
{%- set due_quarter = dbt.date_trunc('quarter', 'renewals.due_date') -%}
{%- set closed_quarter = dbt.date_trunc('quarter', 'renewals.closed_date') -%}
{%- set decided = "renewals.outcome in ('renewed', 'contracted', 'expanded', 'churned')" -%}
{%- set logos = [
    ('due', 'true'), ('renewed', kept), ('closed', decided),
    ('on_time', "renewals.timing in ('early', 'on_time')"),
    ('early', "renewals.timing = 'early'"), ('late', "renewals.timing = 'late'"),
    ('overdue', "renewals.outcome = 'overdue'"),
] -%}

with

renewals as (
    select * from {{ ref('fct_renewals') }}
),

slices as (
    select * from {{ ref('int_renewal_slices') }}
),

forecasts as (
    select * from {{ ref('int_renewal_quarter_forecasts') }}
),

due as (
    select
        renewals.due_quarter,
        slices.slice_type,
        slices.slice_value,
        max({{ dbt.date_trunc('quarter', 'renewals.due_date') }}) as quarter_start,
        sum(renewals.due_arr) as due_arr,
        {%- for amount in ['renewed', 'retained', 'churned', 'contracted', 'uplift', 'undecided'] %}
        sum(renewals.{{ amount }}_arr) as {{ amount }}_arr,
        {%- endfor %}
        sum(case when {{ kept }} then renewals.due_arr else 0 end) as renewed_due_arr,
        {%- for timing in ['early', 'on_time', 'late'] %}
        sum(case when renewals.timing = '{{ timing }}' then renewals.renewed_arr else 0 end)
            as {{ timing }}_arr,
        {%- endfor %}
        sum(case when renewals.is_at_risk then renewals.due_arr else 0 end) as at_risk_arr,
        {%- for name, condition in logos %}
        sum(case when not renewals.is_coterm_stub and {{ condition }} then 1 else 0 end)
            as {{ name }}_logos,
        {%- endfor %}
        count(distinct case when renewals.is_at_risk then renewals.account_id end)
            as at_risk_accounts
    from renewals
    inner join slices
        on renewals.contract_id = slices.contract_id
    group by renewals.due_quarter, slices.slice_type, slices.slice_value
),

-- What was signed in the quarter, whenever it is or was due.
booked as (
    select
        {{ quarter_name('renewals.closed_date') }} as booked_quarter,
        slices.slice_type,
        slices.slice_value,
        max({{ dbt.date_trunc('quarter', 'renewals.closed_date') }}) as quarter_start,
        sum(renewals.renewed_arr) as booked_arr,
        sum(
            case
                when {{ due_quarter }} > {{ closed_quarter }} then renewals.renewed_arr
                else 0
            end
        ) as booked_due_later_arr,
        sum(
            case
                when {{ due_quarter }} < {{ closed_quarter }} then renewals.renewed_arr
                else 0
            end
        ) as booked_due_earlier_arr
    from renewals
    inner join slices
        on renewals.contract_id = slices.contract_id
    where {{ kept }}
    group by
        {{ quarter_name('renewals.closed_date') }}, slices.slice_type, slices.slice_value
)

select
    coalesce(due.slice_type, booked.slice_type) as slice_type,
    cast(coalesce(due.slice_value, booked.slice_value) as {{ dbt.type_string() }}) as slice_value,
    coalesce(due.due_quarter, booked.booked_quarter) as due_quarter,
    {%- for name, _ in logos %}
    cast(coalesce(due.{{ name }}_logos, 0) as {{ dbt.type_int() }}) as {{ name }}_logos,
    {%- endfor %}
    cast(coalesce(due.at_risk_accounts, 0) as {{ dbt.type_int() }}) as at_risk_accounts,
    {%- for amount in [
        'due', 'renewed', 'retained', 'churned', 'contracted', 'uplift', 'undecided',
        'renewed_due', 'early', 'on_time', 'late', 'at_risk',
    ] %}
    cast(coalesce(due.{{ amount }}_arr, 0) as decimal(18, 2)) as {{ amount }}_arr,
    {%- endfor %}
    {%- for amount in ['booked', 'booked_due_later', 'booked_due_earlier'] %}
    cast(coalesce(booked.{{ amount }}_arr, 0) as decimal(18, 2)) as {{ amount }}_arr,
    {%- endfor %}
    {%- for amount in ['pipeline', 'forecast_low', 'forecast', 'forecast_high', 'forecast_due'] %}
    forecasts.{{ amount }}_arr,
    {%- endfor %}
    {{ ratio('due.retained_arr', 'due.due_arr') }} as renewal_rate_arr,
    {{ ratio('due.renewed_logos', 'due.due_logos') }} as renewal_rate_logo,
    {{ ratio('due.on_time_logos', 'due.due_logos') }} as on_time_renewal_rate,
    {{ ratio('due.on_time_logos', 'due.closed_logos') }} as on_time_renewal_rate_of_closed,
    {{ ratio('due.renewed_arr - due.renewed_due_arr', 'due.renewed_due_arr') }} as uplift_rate,
    {{ ratio('forecasts.forecast_arr', 'forecasts.forecast_due_arr') }} as forecast_rate,
    {{ ratio('forecasts.pipeline_arr', 'forecasts.forecast_due_arr') }} as pipeline_rate,
    {{ add_days(dbt.dateadd('month', 3, 'coalesce(due.quarter_start, booked.quarter_start)'), -1) }}
    <= {{ as_of_day() }} as is_quarter_complete,
    cast(coalesce(due.quarter_start, booked.quarter_start) as date) as quarter_start_date
from due
full outer join booked
    on
        due.due_quarter = booked.booked_quarter
        and due.slice_type = booked.slice_type
        and due.slice_value = booked.slice_value
left join forecasts
    on
        due.due_quarter = forecasts.due_quarter
        and due.slice_type = forecasts.slice_type
        and due.slice_value = forecasts.slice_value
