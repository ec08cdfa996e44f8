with

distributions as (
    select * from {{ ref('int_health_distributions_weekly') }}
),

health_drift_bins as (
    select * from {{ ref('health_drift_bins') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select
        max(case when setting_id = 'drift_min_share' then setting_value end) as min_share,
        cast(max(
            case when setting_id = 'drift_reference_weeks' then setting_value end
        ) as {{ dbt.type_int() }}) as reference_weeks
    from health_settings
),

weeks as (
    select
        slice_type,
        slice,
        subject_type,
        subject_id,
        week_end_date,
        sum(account_count) as account_count,
        sum(case when bin_id = 'missing' then account_count else 0 end) as missing_count
    from distributions
    group by slice_type, slice, subject_type, subject_id, week_end_date
),

-- Every bin of every week, the empty ones too.
bin_counts as (
    select
        weeks.slice_type,
        weeks.slice,
        weeks.subject_id,
        bins.bin_id,
        weeks.week_end_date,
        weeks.account_count,
        weeks.missing_count,
        coalesce(distributions.account_count, 0) as bin_count
    from weeks
    inner join health_drift_bins as bins
        on weeks.subject_type = bins.subject_type
    left join distributions
        on
            weeks.slice_type = distributions.slice_type
            and weeks.slice = distributions.slice
            and weeks.subject_id = distributions.subject_id
            and weeks.week_end_date = distributions.week_end_date
            and bins.bin_id = distributions.bin_id
),

beside_the_weeks_before as (
    select
        now.slice_type,
        now.slice,
        now.subject_id,
        now.bin_id,
        now.week_end_date,
        max(now.account_count) as account_count,
        max(now.missing_count) as missing_count,
        max(now.bin_count) as bin_count,
        count(past.week_end_date) as reference_weeks,
        sum(coalesce(past.account_count, 0)) as reference_account_count,
        sum(coalesce(past.missing_count, 0)) as reference_missing_count,
        sum(coalesce(past.bin_count, 0)) as reference_bin_count
    from bin_counts as now
    cross join settings
    left join bin_counts as past
        on
            now.slice_type = past.slice_type
            and now.slice = past.slice
            and now.subject_id = past.subject_id
            and now.bin_id = past.bin_id
            and now.week_end_date > past.week_end_date
            and {{ add_days('now.week_end_date', '-7 * settings.reference_weeks') }}
            <= past.week_end_date
    group by now.slice_type, now.slice, now.subject_id, now.bin_id, now.week_end_date
),

raw_shares as (
    select
        beside_the_weeks_before.*,
        {{ ratio('bin_count', 'account_count - missing_count') }} as raw_share,
        {{ ratio('reference_bin_count', 'reference_account_count - reference_missing_count') }}
            as raw_reference_share
    from beside_the_weeks_before
),

shares as (
    select
        raw_shares.*,
        case
            when raw_shares.raw_share < settings.min_share then settings.min_share
            else raw_shares.raw_share
        end as share,
        case
            when raw_shares.raw_reference_share < settings.min_share then settings.min_share
            else raw_shares.raw_reference_share
        end as reference_share
    from raw_shares
    cross join settings
),

-- Terms are rounded before they are summed, so that the sum doesn't depend on the order.
stability as (
    select
        slice_type,
        slice,
        subject_id,
        week_end_date,
        max(account_count) as account_count,
        max(missing_count) as missing_count,
        max(reference_weeks) as reference_weeks,
        max(reference_account_count) as reference_account_count,
        max(reference_missing_count) as reference_missing_count,
        sum(cast((share - reference_share) * ln(share / reference_share) as decimal(18, 9))) as psi
    from shares
    group by slice_type, slice, subject_id, week_end_date
)

select
    slice_type,
    slice,
    subject_id,
    cast(account_count as {{ dbt.type_int() }}) as account_count,
    cast(missing_count as {{ dbt.type_int() }}) as missing_count,
    cast(reference_weeks as {{ dbt.type_int() }}) as reference_weeks,
    cast(reference_account_count as {{ dbt.type_int() }}) as reference_account_count,
    cast(reference_missing_count as {{ dbt.type_int() }}) as reference_missing_count,
    cast(psi as decimal(12, 6)) as psi,
    week_end_date
from stability
