{%- set no_unit = "'count'" -%}

with

change_strengths as (
    select * from {{ ref('int_health_change_strengths') }}
),

score_changes as (
    select * from {{ ref('int_health_score_changes') }}
),

measure_changes as (
    select * from {{ ref('int_health_measure_changes') }}
),

health_measures as (
    select * from {{ ref('health_measures') }}
),

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

both_ends as (
    select
        change_strengths.account_id,
        change_strengths.comparison_days,
        change_strengths.reason_id,
        change_strengths.reason_type,
        change_strengths.reason_rank,
        change_strengths.strength,
        score_changes.period,
        score_changes.model_version,
        score_changes.override_band,
        score_changes.previous_override_band,
        coalesce(authors.full_name, score_changes.override_author_user_id) as override_author,
        score_changes.override_reason,
        measures.measure_name,
        measures.unit,
        measures.sentence as template,
        case
            when measures.shown_as = 'numerator' then {{ no_unit }}
            else measures.unit
        end as shown_unit,
        case
            when measures.shown_as = 'numerator' then changes.numerator
            else changes.measure_value
        end as shown,
        changes.measure_value,
        changes.denominator,
        changes.grade,
        case
            when measures.shown_as = 'numerator' then changes.previous_numerator
            else changes.previous_measure_value
        end as previous_shown,
        changes.previous_measure_value,
        changes.previous_denominator,
        changes.previous_grade,
        change_strengths.date_day
    from change_strengths
    inner join score_changes
        on
            change_strengths.account_id = score_changes.account_id
            and change_strengths.comparison_days = score_changes.comparison_days
            and change_strengths.date_day = score_changes.date_day
    left join hr_employees as authors
        on score_changes.override_author_user_id = authors.user_id
    left join health_measures as measures
        on change_strengths.reason_id = measures.measure_id
    left join measure_changes as changes
        on
            change_strengths.account_id = changes.account_id
            and change_strengths.comparison_days = changes.comparison_days
            and change_strengths.date_day = changes.date_day
            and coalesce(measures.input_id, change_strengths.reason_id) = changes.input_id
            and coalesce(measures.measure_id, 'all') = changes.measure_id
),

texts as (
    select
        both_ends.*,
        {{ number_text('shown', 'shown_unit') }} as to_text,
        {{ number_text('previous_shown', 'shown_unit') }} as from_text,
        {{ number_text('denominator', no_unit) }} as of_text,
        {{ number_text('measure_value', 'unit') }} as value_text,
        {{ number_text('previous_measure_value', 'unit') }} as previous_value_text,
        {{ number_text('grade', no_unit) }} as grade_text,
        {{ number_text('previous_grade', no_unit) }} as previous_grade_text,
        case when shown < previous_shown then 'fell' else 'rose' end as moved
    from both_ends
),

change_reasons as (
    select
        account_id,
        comparison_days,
        reason_id,
        case
            when
                reason_type = 'weights'
                then 'The score has the weights of version ' || model_version
            when reason_type = 'override' and override_band is null
                then 'The override to ' || previous_override_band || ' has ended'
            when reason_type = 'override'
                then
                    'Override to '
                    || override_band
                    || ' by '
                    || override_author
                    || ': '
                    || override_reason
            when reason_type = 'input' and grade is null
                then
                    'Too little is known of '
                    || reason_id
                    || ' any more; its grade was '
                    || previous_grade_text
            when reason_type = 'input'
                then
                    'Enough is known of '
                    || reason_id
                    || ' by this day; its grade is '
                    || grade_text
            when
                grade is null
                then measure_name || ' is no longer known; it was ' || previous_value_text
            when previous_grade is null then measure_name || ' has come to be known: ' || value_text
            when from_text = to_text
                then
                    measure_name
                    || ' went from '
                    || previous_value_text
                    || ' to '
                    || value_text
                    || ' '
                    || period
            else {{ filled('template', {
                'moved': 'moved', 'from': 'from_text', 'to': 'to_text', 'of': 'of_text', 'period': 'period',
            }) }}
        end as sentence,
        strength,
        reason_rank,
        date_day
    from texts
)

select * from change_reasons
