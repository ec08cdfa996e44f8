{{ config(severity='warn') }}
-- Accounts whose CRM record says something else than the last change in its field history: an untracked edit.
select
    accounts.account_id,
    accounts.segment,
    history.segment as segment_in_history,
    accounts.csm_user_id,
    history.csm_user_id as csm_in_history,
    accounts.renewal_date,
    history.renewal_date as renewal_date_in_history
from {{ ref('dim_accounts') }} as accounts
inner join {{ ref('fct_account_history') }} as history
    on accounts.account_id = history.account_id
where
    history.is_current
    and (
        coalesce(accounts.segment, '') <> coalesce(history.segment, '')
        or coalesce(accounts.csm_user_id, '') <> coalesce(history.csm_user_id, '')
        or coalesce(accounts.renewal_date, cast('1900-01-01' as date))
        <> coalesce(history.renewal_date, cast('1900-01-01' as date))
    )
