{%- set from_text -%}
case when measures.shown_as = 'numerator' then {{ number_text('changes.previous_numerator', "''") }}
    else {{ number_text('changes.previous_measure_value', 'measures.unit') }} end
{%- endset -%}
{%- set to_text -%}
case when measures.shown_as = 'numerator' then {{ number_text('changes.numerator', "''") }}
    else {{ number_text('changes.measure_value', 'measures.unit') }} end
{%- endset -%}

with

score_changes as (
    select * from {{ ref('int_health_score_changes') }}
),

measure_changes as (
    select * from {{ ref('int_health_measure_changes') }}
),

health_measures as (
    select * from {{ ref('health_measures') }}
),

-- What came or went changed the score by as much as its grade differs from the rest.
changes as (
    select
        measure_changes.*,
        score_changes.period,
        score_changes.score_change,
        case
            when measure_changes.previous_grade is null
                then measure_changes.effective_weight
                    * (measure_changes.grade - score_changes.previous_score)
            when measure_changes.grade is null
                then measure_changes.previous_effective_weight
                    * (score_changes.score - measure_changes.previous_grade)
            else measure_changes.previous_effective_weight
                * (measure_changes.grade - measure_changes.previous_grade)
        end as effect,
        max(
            case
                when measure_changes.measure_id = 'all'
                    and (measure_changes.grade is null or measure_changes.previous_grade is null)
                    then 1
                else 0
            end
        ) over (
            partition by
                measure_changes.account_id,
                measure_changes.comparison_days,
                measure_changes.date_day,
                measure_changes.input_id
        ) as input_came_or_went
    from measure_changes
    inner join score_changes
        on
            measure_changes.account_id = score_changes.account_id
            and measure_changes.comparison_days = score_changes.comparison_days
            and measure_changes.date_day = score_changes.date_day
),

telling_changes as (
    select * from changes
    where
        effect * score_change > 0
        and (measure_id = 'all') = (input_came_or_went = 1)
),

measure_texts as (
    select
        changes.*,
        measures.measure_name,
        measures.sentence as template,
        {{ from_text }} as from_text,
        {{ to_text }} as to_text,
        case
            when measures.shown_as = 'numerator' and changes.numerator < changes.previous_numerator
                then 'fell'
            when measures.shown_as = 'numerator' then 'rose'
            when changes.measure_value < changes.previous_measure_value then 'fell'
            else 'rose'
        end as moved,
        {{ number_text('changes.denominator', "''") }} as of_text,
        {{ number_text('changes.measure_value', 'measures.unit') }} as value_text,
        {{ number_text('changes.previous_measure_value', 'measures.unit') }} as previous_value_text
    from telling_changes as changes
    inner join health_measures as measures
        on changes.measure_id = measures.measure_id
),

all_reasons as (
    select
        account_id,
        comparison_days,
        date_day,
        measure_id as reason_id,
        effect * score_change as strength,
        case
            when grade is null then measure_name || ' is no longer known; it was ' || previous_value_text
            when previous_grade is null then measure_name || ' is known now: ' || value_text
            when from_text = to_text
                then measure_name || ' went from ' || previous_value_text || ' to ' || value_text || ' ' || period
            else {{ filled('template', {
                'moved': 'moved', 'from': 'from_text', 'to': 'to_text', 'of': 'of_text', 'period': 'period',
            }) }}
        end as sentence
    from measure_texts
    union all
    select
        account_id,
        comparison_days,
        date_day,
        input_id as reason_id,
        effect * score_change as strength,
        case
            when grade is null
                then 'Too little is known of ' || input_id || ' any more; its grade was '
                    || {{ number_text('previous_grade', "''") }}
            else 'Enough is known of ' || input_id || ' now; its grade is ' || {{ number_text('grade', "''") }}
        end as sentence
    from telling_changes
    where measure_id = 'all'
    union all
    select
        account_id,
        comparison_days,
        date_day,
        'override' as reason_id,
        override_change * score_change as strength,
        case
            when override_band is null
                then 'The override to ' || previous_override_band || ' has ended'
            else 'Override to ' || override_band || ' by ' || override_author_user_id || ': ' || override_reason
        end as sentence
    from score_changes
    where override_change * score_change > 0
    union all
    select
        account_id,
        comparison_days,
        date_day,
        'weights' as reason_id,
        cast(0 as decimal(18, 4)) as strength,
        'The weights of the score are now version ' || model_version as sentence
    from score_changes
    where is_new_model
),

ranked as (
    select
        account_id,
        comparison_days,
        reason_id,
        sentence,
        strength,
        row_number() over (
            partition by account_id, comparison_days, date_day
            order by strength desc, reason_id asc
        ) as reason_rank,
        date_day
    from all_reasons
)

select * from ranked
