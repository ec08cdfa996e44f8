with

revenue_settings as (
    select * from {{ ref('revenue_settings') }}
),

segments as (
    select * from {{ ref('segments') }}
),

names as (
    select segment_id as segment from segments
    union
    select '(none)' as segment
),

numbered as (
    select
        setting,
        segment,
        setting_value,
        row_number() over (partition by setting, segment order by valid_from desc) as newest_number
    from revenue_settings
    where valid_from <= {{ as_of_day() }}
),

-- A segment's own row wins over the row of all.
settings_by_segment as (
    select
        {%- for setting in [
            'gross_margin', 'lifetime_horizon_months', 'lifetime_min_accounts', 'confidence_z',
        ] %}
        coalesce(
            max(case
                when numbered.setting = '{{ setting }}' and numbered.segment = names.segment
                    then numbered.setting_value
            end),
            max(case when numbered.setting = '{{ setting }}' then numbered.setting_value end)
        ) as {{ setting }},
        {%- endfor %}
        names.segment
    from names
    inner join numbered
        on
            names.segment = numbered.segment
            or numbered.segment = '*'
    where numbered.newest_number = 1
    group by names.segment
)

select * from settings_by_segment
