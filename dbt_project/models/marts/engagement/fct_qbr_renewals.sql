with

renewals as (
    select
        fct_renewals.*,
        least(fct_renewals.due_date, fct_renewals.closed_date) as decision_date
    from {{ ref('fct_renewals') }} as fct_renewals
    where fct_renewals.outcome in ('renewed', 'contracted', 'expanded', 'churned')
),

qbr_periods as (
    select * from {{ ref('fct_qbr_periods') }}
),

engagement_settings as (
    select * from {{ ref('engagement_settings') }}
),

settings as (
    select {{ chosen_settings(['review_window_days']) }}
    from engagement_settings
),

-- Whether or not it was held: a review is looked at when its time was over before the decision.
reviews_before as (
    select
        renewals.contract_id,
        qbr_periods.qbr_id,
        qbr_periods.last_date,
        case when qbr_periods.held_date < renewals.decision_date then qbr_periods.held_date end
            as held_date,
        row_number() over (
            partition by renewals.contract_id
            order by qbr_periods.last_date desc, qbr_periods.period_end_date desc
        ) as review_number
    from renewals
    cross join settings
    inner join qbr_periods
        on
            renewals.account_id = qbr_periods.account_id
            and renewals.decision_date > qbr_periods.last_date
    where
        {{ add_days('qbr_periods.last_date', 'settings.review_window_days') }}
        >= renewals.decision_date
)

select
    cast(renewals.contract_id as {{ dbt.type_string() }}) as contract_id,
    cast(renewals.account_id as {{ dbt.type_string() }}) as account_id,
    cast(reviews_before.qbr_id as {{ dbt.type_string() }}) as qbr_id,
    cast(renewals.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(renewals.segment as {{ dbt.type_string() }}) as segment,
    cast(renewals.region as {{ dbt.type_string() }}) as region,
    case
        when reviews_before.held_date <= reviews_before.last_date then 'on_cadence'
        when reviews_before.held_date is not null then 'late'
        else 'missed'
    end as review_outcome,
    cast(renewals.outcome as {{ dbt.type_string() }}) as renewal_outcome,
    cast(renewals.due_arr as decimal(18, 2)) as due_arr,
    cast(renewals.retained_arr as decimal(18, 2)) as retained_arr,
    not renewals.is_coterm_stub as is_logo,
    renewals.outcome <> 'churned' as is_renewed,
    reviews_before.last_date as review_last_date,
    reviews_before.held_date as review_held_date,
    renewals.decision_date,
    renewals.due_date
from renewals
inner join reviews_before
    on
        renewals.contract_id = reviews_before.contract_id
        and reviews_before.review_number = 1
