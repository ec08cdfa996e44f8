with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

arr_intervals as (
    select * from {{ ref('int_arr_intervals') }}
),

account_arr_intervals as (
    select * from {{ ref('int_account_arr_intervals') }}
),

subscriptions as (
    select * from {{ ref('billing_subscriptions') }}
),

opportunities as (
    select * from {{ ref('crm_opportunities') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

churns as (
    select
        account_id,
        month_number,
        month_start_date,
        opening_date,
        state_date
    from account_arr_movements
    where movement = 'churn'
),

-- What the largest of the lost subscriptions says.
subscription_reasons as (
    select
        churns.account_id,
        churns.month_number,
        subscriptions.cancellation_reason,
        row_number() over (
            partition by churns.account_id, churns.month_number
            order by arr_intervals.arr desc, arr_intervals.subscription_id asc
        ) as reason_number
    from churns
    inner join arr_intervals
        on
            churns.account_id = arr_intervals.account_id
            and churns.opening_date >= arr_intervals.valid_from
            and churns.opening_date < arr_intervals.valid_to
    inner join subscriptions
        on arr_intervals.subscription_id = subscriptions.subscription_id
    where
        arr_intervals.arr > 0
        and nullif(trim(subscriptions.cancellation_reason), '') is not null
),

losses as (
    select
        account_id,
        valid_from as lost_date
    from (
        select
            account_arr_intervals.account_id,
            account_arr_intervals.arr,
            account_arr_intervals.valid_from,
            lag(account_arr_intervals.arr) over (
                partition by account_arr_intervals.account_id
                order by account_arr_intervals.valid_from asc
            ) as arr_before
        from account_arr_intervals
    ) as states
    where
        arr <= 0
        and arr_before > 0
),

churn_dates as (
    select
        churns.account_id,
        churns.month_number,
        max(losses.lost_date) as churn_date
    from churns
    inner join losses
        on
            churns.account_id = losses.account_id
            and churns.month_start_date <= losses.lost_date
            and churns.state_date >= losses.lost_date
    group by churns.account_id, churns.month_number
),

lost_renewals as (
    select
        account_survivors.surviving_account_id as account_id,
        opportunities.opportunity_id,
        opportunities.loss_reason,
        coalesce(cast(opportunities.closed_at as date), opportunities.close_date) as closed_date
    from opportunities
    inner join account_survivors
        on opportunities.account_id = account_survivors.account_id
    where
        lower(opportunities.opportunity_type) like '%renewal%'
        and opportunities.is_closed
        and not coalesce(opportunities.is_won, false)
        and not coalesce(opportunities.is_deleted, false)
        and nullif(trim(opportunities.loss_reason), '') is not null
),

renewal_reasons as (
    select
        churn_dates.account_id,
        churn_dates.month_number,
        lost_renewals.loss_reason,
        row_number() over (
            partition by churn_dates.account_id, churn_dates.month_number
            order by
                abs({{ dbt.datediff('churn_dates.churn_date', 'lost_renewals.closed_date', 'day') }})
                asc,
                lost_renewals.opportunity_id asc
        ) as reason_number
    from churn_dates
    inner join lost_renewals
        on
            churn_dates.account_id = lost_renewals.account_id
            and abs(
                {{ dbt.datediff('churn_dates.churn_date', 'lost_renewals.closed_date', 'day') }}
            ) <= {{ var('late_renewal_grace_days') | int }}
),

churn_reasons as (
    select
        churns.account_id,
        churns.month_number,
        coalesce(subscription_reasons.cancellation_reason, renewal_reasons.loss_reason)
            as churn_reason
    from churns
    left join subscription_reasons
        on
            churns.account_id = subscription_reasons.account_id
            and churns.month_number = subscription_reasons.month_number
            and subscription_reasons.reason_number = 1
    left join renewal_reasons
        on
            churns.account_id = renewal_reasons.account_id
            and churns.month_number = renewal_reasons.month_number
            and renewal_reasons.reason_number = 1
)

select * from churn_reasons
where churn_reason is not null
