-- Each account of dim_accounts once, and each figure of the page as its mart has it.
with

page as (
    select * from {{ ref('rpt_account_360') }}
),

told as (
    select
        'arr' as figure,
        account_id,
        arr as amount
    from {{ ref('dim_accounts') }}
    union all
    select
        'rows' as figure,
        account_id,
        1 as amount
    from {{ ref('dim_accounts') }}
    union all
    select
        'arr_year_before' as figure,
        account_id,
        start_arr as amount
    from {{ ref('fct_account_retention_monthly') }}
    where month_start_date = cast({{ dbt.date_trunc('month', as_of_day()) }} as date)
    union all
    select
        'health_score' as figure,
        account_id,
        score as amount
    from {{ ref('fct_account_health_daily') }}
    where date_day = {{ as_of_day() }}
    union all
    select
        'active_users' as figure,
        account_id,
        numerator as amount
    from {{ ref('fct_account_health_inputs_daily') }}
    where date_day = {{ as_of_day() }} and measure_id = 'seat_adoption'
    union all
    select
        'next_renewal_arr' as figure,
        renewals.account_id,
        renewals.due_arr as amount
    from {{ ref('fct_renewals') }} as renewals
    inner join page
        on renewals.contract_id = page.next_renewal_contract_id
    union all
    select
        'renewal_warnings' as figure,
        warnings.account_id,
        1 as amount
    from {{ ref('fct_renewal_warnings') }} as warnings
    inner join page
        on warnings.contract_id = page.next_renewal_contract_id
    union all
    select
        'engaged_contacts' as figure,
        account_id,
        engaged_contact_count as amount
    from {{ ref('fct_account_engagement_monthly') }}
    where month_start_date = cast({{ dbt.date_trunc('month', as_of_day()) }} as date)
    union all
    select
        'expansion_estimated_arr' as figure,
        account_id,
        estimated_arr as amount
    from {{ ref('fct_expansion_signals') }}
    where is_largest_open
    {%- for figure, mart, condition in [
        ('open_tickets', 'fct_tickets', 'is_open'),
        ('open_tasks', 'fct_playbook_tasks', "status in ('open', 'overdue')"),
        ('overdue_tasks', 'fct_playbook_tasks', "status = 'overdue'"),
        ('open_actions', 'fct_cs_actions', 'is_open'),
        ('open_escalations', 'fct_escalations', 'is_open'),
        ('data_issues', 'fct_data_issues', 'true'),
        ('open_expansion_signals', 'fct_expansion_signals', 'is_open'),
    ] %}
    union all
    select
        '{{ figure }}' as figure,
        account_id,
        1 as amount
    from {{ ref(mart) }}
    where account_id in (select page.account_id from page) and {{ condition }}
    {%- endfor %}
),

told_sums as (
    select
        figure,
        account_id,
        sum(amount) as amount
    from told
    group by figure, account_id
),

shown as (
    {%- for figure in [
        'arr', 'arr_year_before', 'health_score', 'active_users', 'next_renewal_arr', 'renewal_warnings',
        'open_tickets', 'open_tasks', 'overdue_tasks', 'open_actions', 'open_escalations', 'data_issues',
        'open_expansion_signals', 'engaged_contacts', 'expansion_estimated_arr',
    ] %}
    select
        '{{ figure }}' as figure,
        account_id,
        cast({{ figure }} as decimal(18, 2)) as amount
    from page
    union all
    {%- endfor %}
    select
        'rows' as figure,
        account_id,
        count(*) as amount
    from page
    group by account_id
)

select
    coalesce(told_sums.figure, shown.figure) as figure,
    coalesce(told_sums.account_id, shown.account_id) as account_id,
    told_sums.amount as told_amount,
    shown.amount as shown_amount
from told_sums
full outer join shown
    on
        told_sums.figure = shown.figure
        and told_sums.account_id = shown.account_id
where coalesce(told_sums.amount, 0) <> coalesce(shown.amount, 0)
