with

stability as (
    select * from {{ ref('int_health_stability_weekly') }}
),

records_weekly as (
    select * from {{ ref('int_health_records_weekly') }}
),

health_weights as (
    select * from {{ ref('health_weights') }}
),

measure_weights as (
    select * from {{ ref('health_measure_weights') }}
),

measure_bands as (
    select * from {{ ref('health_measure_bands') }}
),

health_measures as (
    select * from {{ ref('health_measures') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select cast(max(setting_value) as {{ dbt.type_int() }}) as reference_weeks
    from health_settings
    where setting_id = 'drift_reference_weeks'
),

weeks as (
    select
        stability.week_end_date,
        {{ add_days('stability.week_end_date', '-7 * max(settings.reference_weeks)') }}
            as first_reference_date
    from stability
    cross join settings
    group by stability.week_end_date
),

inputs as (
    select input_id from health_measures
    group by input_id
),

-- What a new version touches: new input weights the score, those of measures and bands their input.
policy_changes as (
    select
        'all' as input_id,
        'New weights from ' as what,
        valid_from
    from health_weights
    group by valid_from
    union all
    select
        input_id,
        'New measure weights from ' as what,
        valid_from
    from measure_weights
    group by input_id, valid_from
    union all
    select
        health_measures.input_id,
        'New bands from ' as what,
        measure_bands.valid_from
    from measure_bands
    inner join health_measures
        on measure_bands.measure_id = health_measures.measure_id
    group by health_measures.input_id, measure_bands.valid_from
),

found_causes as (
    select
        weeks.week_end_date,
        policy_changes.input_id,
        policy_changes.what
        || cast(policy_changes.valid_from as {{ dbt.type_string() }})
        || case
            when policy_changes.input_id = 'all' then '' else ' in ' || policy_changes.input_id
        end as cause
    from weeks
    inner join policy_changes
        on
            weeks.first_reference_date < policy_changes.valid_from
            and weeks.week_end_date >= policy_changes.valid_from
    union all
    select
        weeks.week_end_date,
        inputs.input_id,
        'No new record for ' || inputs.input_id || ' in the week' as cause
    from weeks
    cross join inputs
    left join records_weekly
        on
            weeks.week_end_date = records_weekly.week_end_date
            and inputs.input_id = records_weekly.input_id
    where records_weekly.record_count is null
),

-- Everything explains the score and the coverage; what concerns one input explains that input.
causes_by_subject as (
    select
        week_end_date,
        'score' as subject_id,
        cause
    from found_causes
    union all
    select
        week_end_date,
        'coverage' as subject_id,
        cause
    from found_causes
    union all
    select
        week_end_date,
        input_id as subject_id,
        cause
    from found_causes
    where input_id <> 'all'
)

select
    subject_id,
    min(cause) as cause,
    cast(count(*) as {{ dbt.type_int() }}) as cause_count,
    week_end_date
from causes_by_subject
group by subject_id, week_end_date
