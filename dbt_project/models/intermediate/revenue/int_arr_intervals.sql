{%- set open_end = "cast('9999-12-31' as date)" -%}
{%- set record_columns = [
    'arr_source', 'record_id', 'item_id', 'account_id', 'subscription_id', 'contract_id',
    'product_id', 'product_name', 'plan_name', 'currency', 'quantity', 'annual_unit_price',
    'discount_percent', 'arr_local', 'plan_rate', 'arr',
] -%}

with

arr_records as (
    select * from {{ ref('int_arr_records') }}
),

account_arr_intervals as (
    select * from {{ ref('int_account_arr_intervals') }}
),

late_renewals as (
    select
        account_id,
        gap_start_date,
        gap_end_date
    from account_arr_intervals
    where is_late_renewal
    group by account_id, gap_start_date, gap_end_date
),

numbered_gaps as (
    select
        late_renewals.*,
        lag(gap_end_date, 1, cast('0001-01-01' as date)) over (
            partition by account_id order by gap_start_date asc
        ) as gap_before_end_date,
        row_number() over (partition by account_id order by gap_start_date desc) as gaps_left
    from late_renewals
),

-- The stretches of days that are as recorded: before, between and after an account's gaps.
recorded_stretches as (
    select
        account_id,
        gap_before_end_date as stretch_from,
        gap_start_date as stretch_to
    from numbered_gaps
    union all
    select
        account_id,
        gap_end_date as stretch_from,
        {{ open_end }} as stretch_to
    from numbered_gaps
    where gaps_left = 1
),

pieces as (
    select
        {% for column in record_columns %}arr_records.{{ column }},
        {% endfor -%}
        false as is_late_renewal,
        greatest(
            arr_records.valid_from,
            coalesce(recorded_stretches.stretch_from, arr_records.valid_from)
        ) as valid_from,
        least(
            arr_records.valid_to, coalesce(recorded_stretches.stretch_to, arr_records.valid_to)
        ) as valid_to
    from arr_records
    left join recorded_stretches
        on arr_records.account_id = recorded_stretches.account_id
    union all
    -- On each day of a gap, what stood on the day before it.
    select
        {% for column in record_columns %}arr_records.{{ column }},
        {% endfor -%}
        true as is_late_renewal,
        late_renewals.gap_start_date as valid_from,
        late_renewals.gap_end_date as valid_to
    from arr_records
    inner join late_renewals
        on
            arr_records.account_id = late_renewals.account_id
            and arr_records.valid_from < late_renewals.gap_start_date
            and arr_records.valid_to >= late_renewals.gap_start_date
)

select * from pieces
where valid_from < valid_to
