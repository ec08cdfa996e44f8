{% set texts = [
    'account_name', 'account_type', 'lifecycle_stage', 'segment', 'region', 'currency',
    'owner_user_id', 'csm_user_id', 'parent_account_id', 'merged_into_account_id'
] %}
{% set dates = ['contract_start_date', 'contract_end_date', 'renewal_date'] %}

{% set is_deleted_later = "known.merged_into_account_id is not null and " ~ is_later('known.delivered_updated_at') %}
{% set is_customer %}
case
    when known.churned_at is not null then false
    when known.became_customer_at is not null then true
    when known.delivered_became_customer_at is not null then false
    when known.delivered_churned_at is not null then true
    else known.is_customer
end
{% endset %}

{% set instead = {'is_customer': is_customer, 'arr': rolled_back('arr', 'decimal(18,2)')} %}
{% for column in texts %}{% do instead.update({column: rolled_back(column)}) %}{% endfor %}
{% for column in dates %}{% do instead.update({column: rolled_back(column, 'date')}) %}{% endfor %}
{# an account that is merged away isn't touched again: its last change is the merger #}
{% do instead.update({'merged_into_account_id': rolled_back(
    'merged_into_account_id',
    fallback='case when not (' ~ is_deleted_later ~ ') then known.merged_into_account_id end',
)}) %}

with

known as (

    {{ kept_rows('crm_accounts', delivered=true) }}

),

history as (

    {{ changes_as_of('crm_account_changes', 'account_id', 'changed_at', texts + dates + ['arr']) }}

),

as_it_stood as (

    select
        {{ conformed_columns('crm_accounts', 'known', instead) }}
    from known
    left join history
        on known.account_id = history.account_id

)

select * from as_it_stood
