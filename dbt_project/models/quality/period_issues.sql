{%- set periods = [
    ('crm_accounts', 'account_id', 'contract_start_date', 'contract_end_date', 'account_id', 'created_at'),
    ('crm_contracts', 'contract_id', 'start_date', 'end_date', 'account_id', 'start_date'),
    ('billing_subscriptions', 'subscription_id', 'started_at', 'ended_at', none, 'created_at'),
    ('billing_subscription_items', 'subscription_item_id', 'valid_from', 'valid_to', none, 'valid_from'),
    ('billing_invoice_lines', 'invoice_line_id', 'period_start', 'period_end', none, 'period_start'),
    ('account_team_assignments', 'account_id', 'valid_from', 'valid_to', 'account_id', 'valid_from'),
    ('product_entitlements', 'entitlement_id', 'valid_from', 'valid_to', 'account_id', 'valid_from'),
    ('hr_employees', 'user_id', 'start_date', 'end_date', none, 'start_date'),
] -%}
{%- set dates = [
    ('crm_accounts', 'account_id', 'renewal_date', 'account_id', 'created_at'),
    ('crm_accounts', 'account_id', 'contract_start_date', 'account_id', 'created_at'),
    ('crm_accounts', 'account_id', 'contract_end_date', 'account_id', 'created_at'),
    ('crm_contracts', 'contract_id', 'start_date', 'account_id', 'start_date'),
    ('crm_contracts', 'contract_id', 'end_date', 'account_id', 'start_date'),
    ('crm_opportunities', 'opportunity_id', 'close_date', 'account_id', 'created_at'),
] -%}
{%- set no_account = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}

with

quality_policy as (
    select * from {{ ref('quality_policy_in_force') }}
),

reversed_periods as (
    {%- for child, key, period_start, period_end, account, known in periods %}
    select
        'end_before_start' as rule_id,
        _source_system as source_system,
        '{{ child }}' as contract_table,
        {{ key }} as record_id,
        {{ account or no_account }} as account_id,
        '{{ period_end }}' as field_name,
        '{{ period_end }} lies before {{ period_start }}' as fault,
        cast({{ period_start }} as {{ dbt.type_string() }}) || ' to '
        || cast({{ period_end }} as {{ dbt.type_string() }}) as observed_value,
        _source_file as source_file,
        cast({{ known }} as date) as first_seen_date
    from {{ ref(child) }}
    where {{ period_end }} < {{ period_start }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

judged_dates as (
    {%- for child, key, column, account, known in dates %}
    select
        _source_system as source_system,
        '{{ child }}' as contract_table,
        {{ key }} as record_id,
        {{ account }} as account_id,
        '{{ column }}' as field_name,
        {{ column }} as judged_date,
        _source_file as source_file,
        cast({{ known }} as date) as first_seen_date
    from {{ ref(child) }}
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

implausible_dates as (
    select
        quality_policy.rule_id,
        judged_dates.source_system,
        judged_dates.contract_table,
        judged_dates.record_id,
        judged_dates.account_id,
        judged_dates.field_name,
        judged_dates.field_name || ' is further from the as-of day than any business is' as fault,
        cast(judged_dates.judged_date as {{ dbt.type_string() }}) as observed_value,
        judged_dates.source_file,
        judged_dates.first_seen_date
    from judged_dates
    inner join quality_policy
        on quality_policy.rule_id = 'date_out_of_range'
    where
        abs(extract(year from judged_dates.judged_date) - {{ as_of_year() }})
        > quality_policy.tolerance
),

period_issues as (
    select * from reversed_periods
    union all
    select * from implausible_dates
)

select * from period_issues
