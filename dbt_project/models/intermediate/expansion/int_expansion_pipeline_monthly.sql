with

opportunities as (
    select * from {{ ref('int_expansion_opportunities') }}
),

opportunity_intervals as (
    select * from {{ ref('int_expansion_opportunity_intervals') }}
),

lead_matches as (
    select * from {{ ref('int_expansion_lead_matches') }}
),

months as (
    select * from {{ ref('int_months') }}
),

from_leads as (
    select
        opportunities.opportunity_id,
        opportunities.account_id,
        {{ at_rate('opportunities.arr_local', 'opportunities.plan_rate') }} as arr,
        opportunities.is_won,
        lead_matches.lead_id is not null as is_from_cs,
        opportunities.closed_date
    from opportunities
    left join lead_matches
        on opportunities.opportunity_id = lead_matches.opportunity_id
),

open_at_the_end as (
    select
        from_leads.account_id,
        opportunity_intervals.arr as open_arr,
        case when from_leads.is_from_cs then opportunity_intervals.arr else 0 end as open_cs_arr,
        1 as opportunities,
        0 as won_arr,
        0 as won_cs_arr,
        months.month_start_date
    from months
    inner join opportunity_intervals
        on
            months.state_date >= opportunity_intervals.valid_from
            and months.state_date < opportunity_intervals.valid_to
    inner join from_leads
        on opportunity_intervals.opportunity_id = from_leads.opportunity_id
),

won_in_the_month as (
    select
        account_id,
        0 as open_arr,
        0 as open_cs_arr,
        0 as opportunities,
        arr as won_arr,
        case when is_from_cs then arr else 0 end as won_cs_arr,
        cast({{ dbt.date_trunc('month', 'closed_date') }} as date) as month_start_date
    from from_leads
    where
        is_won
        and closed_date is not null
),

all_parts as (
    select * from open_at_the_end
    union all
    select * from won_in_the_month
),

pipeline_monthly as (
    select
        account_id,
        cast(sum(open_arr) as decimal(18, 2)) as open_pipeline_arr,
        cast(sum(open_cs_arr) as decimal(18, 2)) as cs_sourced_pipeline_arr,
        cast(sum(opportunities) as {{ dbt.type_int() }}) as open_opportunities,
        cast(sum(won_arr) as decimal(18, 2)) as won_arr,
        cast(sum(won_cs_arr) as decimal(18, 2)) as cs_sourced_won_arr,
        month_start_date
    from all_parts
    group by account_id, month_start_date
)

select * from pipeline_monthly
