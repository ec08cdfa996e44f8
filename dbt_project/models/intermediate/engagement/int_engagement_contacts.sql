with

crm_contacts as (
    select * from {{ ref('crm_contacts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

-- Nobody records when a contact left; the last change of an inactive one is that day.
engagement_contacts as (
    select
        crm_contacts.contact_id,
        account_survivors.surviving_account_id as account_id,
        coalesce(crm_contacts.is_executive_sponsor, false) as is_executive_sponsor,
        cast(coalesce(crm_contacts.created_at, crm_contacts.updated_at) as date) as known_date,
        case
            when
                coalesce(crm_contacts.is_deleted, false)
                or not coalesce(crm_contacts.is_active, true)
                then cast(crm_contacts.updated_at as date)
        end as departed_date
    from crm_contacts
    inner join account_survivors
        on crm_contacts.account_id = account_survivors.account_id
)

select * from engagement_contacts
