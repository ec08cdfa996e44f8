with

months as (
    select * from {{ ref('int_scorecard_months') }}
),

movements as (
    select * from {{ ref('fct_arr_movements_monthly') }}
    where closing_arr > 0
),

required_fields as (
    select * from {{ ref('required_fields') }}
    where contract_table = 'crm_accounts'
),

field_intervals as (
    select * from {{ ref('int_account_field_intervals') }}
),

crm_account_changes as (
    select * from {{ ref('crm_account_changes') }}
),

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

evergreen_months as (
    select * from {{ ref('int_evergreen_accounts_monthly') }}
),

segments as (
    select * from {{ ref('segments') }}
),

-- A field's past is known from its first recorded change on; before it only today is.
field_histories as (
    select
        field_name,
        min(cast(changed_at as date)) as first_change_date
    from crm_account_changes
    group by field_name
),

field_values as (
    select
        movements.account_id,
        movements.segment,
        movements.region,
        movements.csm_user_id,
        crm_accounts._source_system as source_system,
        required_fields.field_name,
        field_intervals.field_value,
        months.month_start_date
    from movements
    inner join months
        on movements.month_start_date = months.month_start_date
    inner join crm_accounts
        on movements.account_id = crm_accounts.account_id
    inner join required_fields
        on months.state_date >= required_fields.valid_from
    inner join field_intervals
        on
            movements.account_id = field_intervals.account_id
            and required_fields.field_name = field_intervals.field_name
            and months.state_date >= field_intervals.valid_from
            and coalesce(months.state_date < field_intervals.valid_to, true)
    left join field_histories
        on required_fields.field_name = field_histories.field_name
    left join evergreen_months
        on
            movements.account_id = evergreen_months.account_id
            and months.month_start_date = evergreen_months.month_start_date
    where
        (
            months.state_date = {{ as_of_day() }}
            or coalesce(field_histories.first_change_date <= months.state_date, false)
        )
        and not (
            coalesce(required_fields.exemption, '') = 'evergreen_contract'
            and evergreen_months.account_id is not null
        )
)

select
    field_values.*,
    case
        when field_values.field_value is null then 'missing'
        when
            field_values.field_name = 'segment'
            and segments.segment_id is null
            then 'invalid'
        when
            field_values.field_name = 'arr'
            and not coalesce({{ try_to('field_values.field_value', 'decimal(18, 2)') }} >= 0, false)
            then 'invalid'
        when
            field_values.field_name like '%_date'
            and {{ try_to('field_values.field_value', 'date') }} is null
            then 'invalid'
        else 'valid'
    end as verdict
from field_values
left join segments
    on
        field_values.field_name = 'segment'
        and {{ label_key('field_values.field_value') }} = segments.label
