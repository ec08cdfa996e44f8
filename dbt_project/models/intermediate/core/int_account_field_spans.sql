with

account_field_intervals as (
    select * from {{ ref('int_account_field_intervals') }}
),

-- The first value also stood before, unless the history says what did.
account_field_spans as (
    select
        account_id,
        field_name,
        field_value,
        case
            when is_first and coalesce(value_before, '') = coalesce(field_value, '')
                then cast('0001-01-01' as date)
            else valid_from
        end as valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
    from account_field_intervals
    union all
    select
        account_id,
        field_name,
        value_before as field_value,
        cast('0001-01-01' as date) as valid_from,
        valid_from as valid_to
    from account_field_intervals
    where
        is_first
        and coalesce(value_before, '') <> coalesce(field_value, '')
)

select * from account_field_spans
