with

slices_monthly as (
    select * from {{ ref('int_engagement_slices_monthly') }}
)

select
    cast(slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(slice_value as {{ dbt.type_string() }}) as slice_value,
    {%- for column in [
        'accounts', 'meetings', 'met_accounts', 'multi_threaded_accounts',
        'accounts_with_sponsor', 'sponsor_covered_accounts',
    ] %}
    cast({{ column }} as {{ dbt.type_int() }}) as {{ column }},
    {%- endfor %}
    {{ ratio('meetings', 'accounts') }} as meetings_per_account,
    {{ ratio('met_accounts', 'accounts') }} as met_account_rate,
    {{ ratio('multi_threaded_accounts', 'accounts') }} as multi_threading_rate,
    {{ ratio('accounts_with_sponsor', 'accounts') }} as known_sponsor_rate,
    {{ ratio('sponsor_covered_accounts', 'accounts') }} as executive_sponsor_coverage_rate,
    is_window_complete,
    is_month_complete,
    month_start_date
from slices_monthly
