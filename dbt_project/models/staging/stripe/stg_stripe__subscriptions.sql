with

source as (

    select * from {{ source('stripe', 'subscription') }}

),

renamed as (

    select
        id as subscription_id,
        customer_id as billing_customer_id,
        status,
        upper(currency) as currency,
        start_date as started_at,
        current_period_start,
        current_period_end,
        {{ try_to(json_text('metadata', 'term_end'), 'timestamp') }} as current_term_end,
        trial_end,
        cancel_at,
        cancel_at_period_end,
        canceled_at,
        coalesce(ended_at, case when status = 'canceled' then canceled_at end) as ended_at,
        -- What the customer said; that somebody asked for it says how, not why.
        coalesce(
            nullif(trim(cancellation_details_feedback), ''),
            nullif(cancellation_details_reason, 'cancellation_requested')
        ) as cancellation_reason,
        {{ try_to(json_text('metadata', 'auto_renew'), 'boolean') }} as auto_renew,
        collection_method,
        created as created_at,
        _fivetran_synced as updated_at,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
