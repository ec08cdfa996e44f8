with

weeks as (
    select * from {{ ref('int_governance_weeks') }}
),

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

arr_intervals as (
    select * from {{ ref('int_account_arr_intervals') }}
),

evergreen_accounts as (
    select * from {{ ref('int_evergreen_accounts_weekly') }}
),

field_spans as (
    select * from {{ ref('int_account_field_spans') }}
),

segments as (
    select * from {{ ref('segments') }}
)

select
    crm_accounts.account_id,
    crm_accounts._source_system as source_system,
    cast(segments.segment_id as {{ dbt.type_string() }}) as segment,
    owner_spans.field_value as owner_user_id,
    csm_spans.field_value as csm_user_id,
    cast(
        case when arr_intervals.recorded_arr > 0 then arr_intervals.recorded_arr else 0 end
        as decimal(18, 2)
    ) as arr,
    evergreen_accounts.account_id is not null as is_evergreen,
    weeks.is_week_complete,
    weeks.measured_date,
    weeks.week_end_date
from crm_accounts
cross join weeks
inner join account_survivors
    on
        crm_accounts.account_id = account_survivors.account_id
        and not account_survivors.is_merged
left join arr_intervals
    on
        crm_accounts.account_id = arr_intervals.account_id
        and weeks.measured_date >= arr_intervals.valid_from
        and (weeks.measured_date < arr_intervals.valid_to or arr_intervals.valid_to is null)
left join evergreen_accounts
    on
        crm_accounts.account_id = evergreen_accounts.account_id
        and weeks.week_end_date = evergreen_accounts.week_end_date
{%- for field, spans in [
    ('lifecycle_stage', 'stage_spans'), ('segment', 'segment_spans'),
    ('owner_user_id', 'owner_spans'), ('csm_user_id', 'csm_spans'),
] %}
left join field_spans as {{ spans }}
    on
        crm_accounts.account_id = {{ spans }}.account_id
        and {{ spans }}.field_name = '{{ field }}'
        and weeks.measured_date >= {{ spans }}.valid_from
        and weeks.measured_date < {{ spans }}.valid_to
{%- endfor %}
left join segments
    on {{ label_key('segment_spans.field_value') }} = segments.label
where
    coalesce(arr_intervals.recorded_arr, 0) > 0
    or (
        cast(
            coalesce(
                crm_accounts.became_customer_at,
                case when crm_accounts.is_customer then crm_accounts.created_at end
            ) as date
        ) <= weeks.measured_date
        and (
            crm_accounts.churned_at is null
            or cast(crm_accounts.churned_at as date) > weeks.measured_date
        )
        and coalesce({{ label_key('stage_spans.field_value') }}, '') <> 'churned'
        and not coalesce(crm_accounts.is_deleted, false)
    )
