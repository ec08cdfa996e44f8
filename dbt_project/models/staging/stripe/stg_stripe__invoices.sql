with

source as (

    select * from {{ source('stripe', 'invoice') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

renamed as (

    select
        source.id as invoice_id,
        source.number as invoice_number,
        source.customer_id as billing_customer_id,
        source.subscription_id,
        source.status,
        source.billing_reason,
        upper(source.currency) as currency,
        {{ major_units('source.subtotal') }} as subtotal,
        {{ major_units('source.tax') }} as tax,
        {{ major_units('source.total') }} as total,
        {{ major_units('source.amount_due') }} as amount_due,
        {{ major_units('source.amount_paid') }} as amount_paid,
        {{ major_units('source.amount_remaining') }} as amount_remaining,
        source.attempt_count,
        source.status_transitions_finalized_at as issued_at,
        cast(source.due_date as date) as due_date,
        source.status_transitions_finalized_at as finalized_at,
        source.status_transitions_paid_at as paid_at,
        source.status_transitions_voided_at as voided_at,
        source.period_start,
        source.period_end,
        source.created as created_at,
        source._fivetran_synced as updated_at,
        source._source_system,
        source._source_file,
        source._load_id,
        source._loaded_at,
        source._row_hash
    from source
    left join currencies
        on upper(source.currency) = currencies.currency

)

select * from renamed
