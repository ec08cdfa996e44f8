with

source as (

    select * from {{ source('finance', 'fx_rates') }}

),

renamed as (

    select
        upper(currency) as currency,
        rate_date,
        usd_rate,
        _source_system,
        _source_file,
        _load_id,
        _loaded_at,
        _row_hash
    from source

)

select * from renamed
