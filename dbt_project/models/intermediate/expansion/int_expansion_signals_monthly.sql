with

signals as (
    select * from {{ ref('fct_expansion_signals') }}
),

months as (
    select * from {{ ref('int_months') }}
),

open_at_the_end as (
    select
        signals.account_id,
        signals.estimated_arr,
        row_number() over (
            partition by signals.account_id, months.month_start_date
            order by
                signals.estimated_arr desc nulls last, signals.began_date asc,
                signals.signal_type asc
        ) as size_number,
        months.month_start_date
    from months
    inner join signals
        on
            months.state_date >= signals.began_date
            and coalesce(months.state_date < signals.ended_date, true)
),

signals_monthly as (
    select
        account_id,
        cast(count(*) as {{ dbt.type_int() }}) as open_signals,
        cast(sum(case when size_number = 1 then estimated_arr else 0 end) as decimal(18, 2))
            as signal_arr,
        month_start_date
    from open_at_the_end
    group by account_id, month_start_date
)

select * from signals_monthly
