{#- CTEs `products` and `survival_curve`: survival by Kaplan and Meier (1958) over the relation `ages`, one
    row per group and age with the lives at risk at it and the events in it, and the normal quantile
    confidence_z. The interval is Greenwood's variance on the log-log scale (Kalbfleisch and Prentice), so that
    it stays between 0 and 1; before the first event and where nobody is left there is none. -#}
{% macro survival_curve(ages, groups, age, at_risk, events) %}
    {%- set window = 'partition by ' ~ groups | join(', ') ~ ' order by ' ~ age ~ ' asc' -%}
    products as (
        select
            {{ ages }}.*,
            case when {{ at_risk }} = {{ events }} then 0 else exp(
                sum(case
                    when {{ at_risk }} > {{ events }}
                        then ln({{ ratio(at_risk ~ ' - ' ~ events, at_risk) }})
                end) over ({{ window }})
            ) end as survival,
            sum(
                {{ ratio(events, at_risk ~ ' * (' ~ at_risk ~ ' - ' ~ events ~ ')') }}
            ) over ({{ window }}) as greenwood_sum
        from {{ ages }}
    ),

    widths as (
        select
            products.*,
            case
                when greenwood_sum > 0 and survival > 0
                    then confidence_z * sqrt(greenwood_sum) / ln(survival)
            end as log_log_width
        from products
    ),

    survival_curve as (
        select
            widths.*,
            cast(survival as decimal(12, 9)) as survival_rate,
            cast(power(survival, exp(-log_log_width)) as decimal(12, 9)) as survival_rate_low,
            cast(power(survival, exp(log_log_width)) as decimal(12, 9)) as survival_rate_high
        from widths
    )
{%- endmacro %}
