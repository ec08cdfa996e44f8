{%- set slice_types = ['segment', 'region', 'industry', 'csm', 'plan', 'start_cohort'] -%}

with

account_arr_monthly as (
    select * from {{ ref('int_account_arr_monthly') }}
),

account_slices as (
    select * from {{ ref('int_account_slices') }}
),

account_month_slices as (
    select
        account_arr_monthly.account_id,
        account_slices.slice_at,
        {%- for slice_type in slice_types %}
        coalesce(
            max(
                case
                    when account_slices.slice_type = '{{ slice_type }}'
                        then account_slices.slice_value
                end
            ), '(none)'
        ) as {{ slice_type }},
        {%- endfor %}
        account_arr_monthly.month_number
    from account_arr_monthly
    inner join account_slices
        on
            account_arr_monthly.account_id = account_slices.account_id
            and account_arr_monthly.month_number >= account_slices.first_month_number
            and account_arr_monthly.month_number <= account_slices.last_month_number
    group by
        account_arr_monthly.account_id,
        account_arr_monthly.month_number,
        account_slices.slice_at
)

select * from account_month_slices
