with

live_accounts as (
    select * from {{ ref('int_live_accounts_weekly') }}
),

required_fields as (
    select * from {{ ref('required_fields') }}
),

field_spans as (
    select * from {{ ref('int_account_field_spans') }}
),

segments as (
    select * from {{ ref('segments') }}
),

regions as (
    select * from {{ ref('regions') }}
),

quality_policy as (
    select * from {{ ref('quality_policy_in_force') }}
),

date_policy as (
    select max(tolerance) as tolerance_years
    from quality_policy
    where rule_id = 'date_out_of_range'
),

-- The values that policy demanded on the day, as the CRM showed them at its end.
required_values as (
    select
        live_accounts.*,
        required_fields.field_name,
        nullif(trim(field_spans.field_value), '') as field_value
    from live_accounts
    inner join required_fields
        on
            required_fields.contract_table = 'crm_accounts'
            and live_accounts.measured_date >= required_fields.valid_from
    left join field_spans
        on
            live_accounts.account_id = field_spans.account_id
            and required_fields.field_name = field_spans.field_name
            and live_accounts.measured_date >= field_spans.valid_from
            and live_accounts.measured_date < field_spans.valid_to
    where not (
        coalesce(required_fields.exemption, '') = 'evergreen_contract'
        and live_accounts.is_evergreen
    )
),

-- Valid as the quality rules say: a plausible date, money that isn't below zero, a listed label.
judged_values as (
    select
        required_values.*,
        case
            when required_values.field_value is null then false
            when required_values.field_name = 'renewal_date'
                then coalesce(
                    abs(
                        extract(
                            year from {{ try_to('required_values.field_value', 'date') }}
                        ) - extract(year from required_values.measured_date)
                    ) <= date_policy.tolerance_years,
                    false
                )
            when required_values.field_name = 'arr'
                then coalesce(
                    {{ try_to('required_values.field_value', 'decimal(18,2)') }} >= 0, false
                )
            when required_values.field_name = 'segment' then segments.label is not null
            when required_values.field_name = 'region' then regions.label is not null
            else true
        end as is_valid
    from required_values
    cross join date_policy
    left join segments
        on {{ label_key('required_values.field_value') }} = segments.label
    left join regions
        on {{ label_key('required_values.field_value') }} = regions.label
)

select
    account_id,
    source_system,
    segment,
    owner_user_id,
    csm_user_id,
    field_name,
    field_value,
    arr,
    field_value is not null as is_present,
    is_valid,
    is_week_complete,
    measured_date,
    week_end_date
from judged_values
