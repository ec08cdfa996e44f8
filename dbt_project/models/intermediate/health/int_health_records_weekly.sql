{%- set first_day = first_new_day('week_end_date') -%}
{%- set earliest = add_days(day_literal(first_day or '1900-01-07'), -6) -%}
{%- set records = {
    'usage': [(ref('int_usage_account_feature_days'), 'known_date')],
    'engagement': [(ref('crm_activities'), 'created_at'), (ref('cs_programme_touches'), 'sent_at')],
    'support': [(ref('support_tickets'), 'created_at')],
    'sentiment': [(ref('cs_surveys'), 'responded_at'), (ref('cs_scorecards'), 'scored_at')],
    'commercial': [(ref('billing_invoices'), 'created_at')],
} -%}

with

-- What reaches the score of each input, by the day on which it was known.
new_records as (
    {%- for input, tables in records.items() %}
    {%- set is_last_input = loop.last %}
    {%- for table, known in tables %}
    select
        '{{ input }}' as input_id,
        cast({{ known }} as date) as known_date
    from {{ table }}
    where {{ known }} >= {{ earliest }}
    {{ 'union all' if not (is_last_input and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

records_weekly as (
    select
        input_id,
        cast(count(*) as {{ dbt.type_bigint() }}) as record_count,
        {{ week_end('known_date') }} as week_end_date
    from new_records
    group by
        input_id,
        {{ week_end('known_date') }}
)

select * from records_weekly
where
    week_end_date >= {{ day_literal(first_day or '1900-01-01') }}
    and week_end_date <= {{ as_of_day() }}
