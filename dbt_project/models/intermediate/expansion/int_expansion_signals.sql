with

signal_days as (
    select * from {{ ref('int_expansion_signal_days') }}
),

followed as (
    select
        signal_days.*,
        {{ dbt.datediff(
            'lag(date_day) over (partition by account_id, signal_type order by date_day asc)',
            'date_day', 'day'
        ) }} as days_since_last
    from signal_days
),

-- A run is days in a row; a stretch goes on over gaps that are shorter than a lapse.
numbered as (
    select
        followed.*,
        sum(case when days_since_last = 1 then 0 else 1 end) over (
            partition by account_id, signal_type order by date_day asc
            rows between unbounded preceding and current row
        ) as run_number,
        sum(case when days_since_last <= lapse_days then 0 else 1 end) over (
            partition by account_id, signal_type order by date_day asc
            rows between unbounded preceding and current row
        ) as stretch_number
    from followed
),

counted as (
    select
        numbered.*,
        min(date_day) over (partition by account_id, signal_type, run_number) as since_date,
        row_number() over (
            partition by account_id, signal_type, run_number order by date_day asc
        ) as days_in_a_row,
        row_number() over (
            partition by account_id, signal_type, stretch_number order by date_day desc
        ) as last_number
    from numbered
),

begun as (
    select
        counted.*,
        row_number() over (
            partition by account_id, signal_type, stretch_number order by date_day asc
        ) as first_number
    from counted
    where days_in_a_row >= hold_days
),

signals as (
    select
        begun.account_id,
        begun.signal_type,
        begun.subject,
        newest.subject as latest_subject,
        begun.part,
        begun.whole,
        newest.part as latest_part,
        newest.whole as latest_whole,
        begun.since_date,
        begun.date_day as began_date,
        newest.date_day as last_held_date,
        {{ add_days('newest.date_day', 'newest.lapse_days') }} as end_date
    from begun
    inner join counted as newest
        on
            begun.account_id = newest.account_id
            and begun.signal_type = newest.signal_type
            and begun.stretch_number = newest.stretch_number
    where
        begun.first_number = 1
        and newest.last_number = 1
)

select * from signals
