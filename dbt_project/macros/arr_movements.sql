{#- The one label of a month, from the amount before it, the amount at its end, and whether there was
    ARR at the end of any month before. The order of the cases is the order of the definition. -#}
{% macro arr_movement(opening, closing, had_arr_before) -%}
    case
        when {{ closing }} = {{ opening }} then 'none'
        when {{ opening }} <= 0 and {{ closing }} > 0 and not {{ had_arr_before }} then 'new'
        when {{ opening }} <= 0 and {{ closing }} > 0 then 'reactivation'
        when {{ opening }} > 0 and {{ closing }} <= 0 then 'churn'
        when {{ closing }} > {{ opening }} then 'expansion'
        else 'contraction'
    end
{%- endmacro %}

{#- The labels under which ARR moves, in the order of the columns. -#}
{% macro movement_labels() -%}
    {{ return(['new', 'expansion', 'contraction', 'churn', 'reactivation']) }}
{%- endmacro %}

{#- Columns <label>_arr<suffix>: `amount` under the row's `movement`, 0 under the others. -#}
{% macro movement_columns(amount, suffix='') -%}
    {%- for label in movement_labels() %}
    cast(
        case when movement = '{{ label }}' then {{ amount }} else 0 end as decimal(18, 2)
    ) as {{ label }}_arr{{ suffix }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- CTEs that turn `monthly` (closing_arr, closing_arr_spot, closing_arr_at_next_rate per `keys` and
    month_number, without holes) into labelled movements in both views; the last is `arr_movements`.

    At spot rates, what the opening amounts would be at the closing day's rates less the opening is fx;
    the rest stands under the label of the constant view. Where that is none, all of it is fx. -#}
{% macro arr_movements_of(monthly, keys) %}
{%- set by_month = 'over (partition by ' ~ keys | join(', ') ~ ' order by month_number asc)' %}
with_opening as (
    select
        {{ monthly }}.*,
        coalesce(lag(closing_arr) {{ by_month }}, 0) as opening_arr,
        coalesce(lag(closing_arr_spot) {{ by_month }}, 0) as opening_arr_spot,
        coalesce(lag(closing_arr_at_next_rate) {{ by_month }}, 0) as revalued_arr_spot,
        coalesce(
            max(closing_arr) over (
                partition by {{ keys | join(', ') }}
                order by month_number asc
                rows between unbounded preceding and 1 preceding
            ), 0
        ) > 0 as had_arr_before
    from {{ monthly }}
),

labelled as (
    select
        with_opening.*,
        {{ arr_movement('opening_arr', 'closing_arr', 'had_arr_before') }} as movement
    from with_opening
),

revalued as (
    select
        labelled.*,
        case
            when movement = 'none' then closing_arr_spot - opening_arr_spot
            else revalued_arr_spot - opening_arr_spot
        end as fx_arr_spot
    from labelled
),

arr_movements as (
    select
        revalued.*,
        closing_arr - opening_arr as arr_change,
        closing_arr_spot - opening_arr_spot - fx_arr_spot as arr_change_spot,
        case spot_rate_fault when 2 then 'missing' when 1 then 'last_known' else 'exact' end
            as spot_rate_status
    from revalued
)
{% endmacro %}
