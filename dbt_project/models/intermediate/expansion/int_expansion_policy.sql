with

signal_types as (
    select * from {{ ref('expansion_signal_types') }}
),

policy as (
    select
        signal_type,
        signal_name,
        unit,
        comparison,
        threshold,
        hold_days,
        lapse_days,
        estimate_method,
        estimate_rate,
        sentence,
        valid_from,
        lead(valid_from) over (partition by signal_type order by valid_from asc) as valid_to
    from signal_types
)

select * from policy
