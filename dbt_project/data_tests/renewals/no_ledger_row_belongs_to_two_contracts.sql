-- On each day a ledger row belongs to one contract at most, so that no money is due twice.
select
    one.account_id,
    one.item_id,
    one.contract_id,
    other.contract_id as other_contract_id
from {{ ref('int_renewal_arr_rows') }} as one
inner join {{ ref('int_renewal_arr_rows') }} as other
    on
        one.account_id = other.account_id
        and one.item_id = other.item_id
        and one.contract_id < other.contract_id
        and one.valid_from < other.valid_to
        and one.valid_to > other.valid_from
