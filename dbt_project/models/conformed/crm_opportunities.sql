{% set was_open = 'known.is_closed and ' ~ is_later('known.delivered_closed_at') %}
{% set instead = {
    'stage_name': rolled_back('stage_name', fallback="case when " ~ was_open ~ " then 'Open' else known.stage_name end"),
    'forecast_category': rolled_back(
        'forecast_category', fallback='case when not (' ~ was_open ~ ') then known.forecast_category end'
    ),
    'probability': rolled_back(
        'probability', 'decimal(5,2)', 'case when not (' ~ was_open ~ ') then known.probability end'
    ),
    'amount': rolled_back('amount', 'decimal(18,2)'),
    'arr_amount': rolled_back('arr_amount', 'decimal(18,2)'),
    'close_date': rolled_back('close_date', 'date', 'known.close_date'),
    'owner_user_id': rolled_back('owner_user_id'),
    'is_closed': 'known.is_closed and not (' ~ was_open ~ ')',
    'is_won': 'known.is_won and not (' ~ was_open ~ ')',
    'loss_reason': 'case when not (' ~ was_open ~ ') then known.loss_reason end',
} %}

with

known as (

    {{ kept_rows('crm_opportunities', delivered=true) }}

),

history as (

    {{ changes_as_of('crm_opportunity_history', 'opportunity_id', 'changed_at', [
        'stage_name', 'forecast_category', 'probability', 'amount', 'arr_amount', 'close_date',
        'owner_user_id'
    ]) }}

),

as_it_stood as (

    select
        {{ conformed_columns('crm_opportunities', 'known', instead) }}
    from known
    left join history
        on known.opportunity_id = history.opportunity_id

)

select * from as_it_stood
