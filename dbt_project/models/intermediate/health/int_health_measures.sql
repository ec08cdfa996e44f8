{%- set formulas = health_measure_formulas() -%}

with

quantities_daily as (
    select * from {{ ref('int_health_quantities_daily') }}
),

health_measures as (
    select * from {{ ref('health_measures') }}
),

measures as (
    select
        quantities_daily.account_id,
        quantities_daily.segment,
        health_measures.measure_id,
        health_measures.input_id,
        case health_measures.measure_id
            {%- for measure, formula in formulas.items() %}
            when '{{ measure }}' then cast({{ formula.value }} as decimal(18, 4))
            {%- endfor %}
        end as measure_value,
        case health_measures.measure_id
            {%- for measure, formula in formulas.items() %}
            when '{{ measure }}' then cast({{ formula.numerator }} as decimal(18, 4))
            {%- endfor %}
        end as numerator,
        case health_measures.measure_id
            {%- for measure, formula in formulas.items() if formula.denominator %}
            when '{{ measure }}' then cast({{ formula.denominator }} as decimal(18, 4))
            {%- endfor %}
        end as denominator,
        quantities_daily.date_day
    from quantities_daily
    cross join health_measures
    where quantities_daily.customer_age_days >= health_measures.min_history_days
)

select * from measures
where measure_value is not null
