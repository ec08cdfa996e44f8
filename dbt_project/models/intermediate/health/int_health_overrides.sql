with

overrides as (
    select * from {{ ref('cs_health_overrides') }}
),

health_bands as (
    select * from {{ ref('health_bands') }}
),

members as (
    select * from {{ ref('int_health_account_members') }}
),

counted_overrides as (
    select
        members.account_id,
        {{ label_key('overrides.band') }} as band_label,
        overrides.author_user_id,
        overrides.reason,
        overrides.set_at,
        overrides.expires_at,
        greatest(cast(overrides.set_at as date), members.valid_from) as valid_from,
        case
            when members.valid_to < cast(overrides.expires_at as date) then members.valid_to
            else cast(overrides.expires_at as date)
        end as expires_date
    from overrides
    inner join members
        on overrides.account_id = members.member_account_id
),

-- A newer judgement takes the place of an older one for good, even when it expires sooner.
in_turn as (
    select
        counted_overrides.*,
        lead(valid_from) over (
            partition by account_id order by valid_from asc, set_at asc, band_label asc
        ) as next_from
    from counted_overrides
),

-- A colour may span several outlooks; the override then allows all of their scores.
allowed_scores as (
    select
        label,
        min(lower_score) as lower_score,
        max(coalesce(upper_score, 101)) as upper_score
    from (
        select
            band as label,
            lower_score,
            upper_score
        from health_bands
        union all
        select
            outlook as label,
            lower_score,
            upper_score
        from health_bands
    ) as labels
    group by label
),

intervals as (
    select
        in_turn.account_id,
        allowed_scores.label as override_band,
        in_turn.author_user_id,
        in_turn.reason,
        allowed_scores.lower_score as lowest_score,
        least(
            cast(allowed_scores.upper_score - 0.01 as decimal(7, 2)), cast(100 as decimal(7, 2))
        ) as highest_score,
        in_turn.set_at,
        in_turn.expires_at,
        in_turn.valid_from,
        case
            when in_turn.next_from < in_turn.expires_date then in_turn.next_from
            else in_turn.expires_date
        end as valid_to
    from in_turn
    inner join allowed_scores
        on in_turn.band_label = allowed_scores.label
)

select * from intervals
where valid_from < valid_to
