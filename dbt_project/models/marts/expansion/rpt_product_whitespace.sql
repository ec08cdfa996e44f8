with

accounts as (
    select * from {{ ref('dim_accounts') }}
),

arr_intervals as (
    select * from {{ ref('int_arr_intervals') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

expansion_settings as (
    select * from {{ ref('expansion_settings') }}
),

settings as (
    select {{ chosen_settings(['whitespace_min_peers']) }} from expansion_settings
),

customers as (
    select
        account_id,
        csm_user_id,
        owner_user_id,
        segment,
        region,
        arr,
        count(*) over (partition by segment) as segment_customers
    from accounts
    where
        arr > 0
        and segment is not null
),

owned as (
    select
        customers.account_id,
        customers.segment,
        arr_intervals.product_id,
        max(arr_intervals.product_name) as product_name,
        max(customers.arr) as account_arr,
        sum(arr_intervals.arr) as product_arr
    from arr_intervals
    inner join account_survivors
        on arr_intervals.account_id = account_survivors.account_id
    inner join customers
        on account_survivors.surviving_account_id = customers.account_id
    where
        arr_intervals.product_id is not null
        and arr_intervals.valid_from <= {{ as_of_day() }}
        and coalesce(arr_intervals.valid_to > {{ as_of_day() }}, true)
    group by customers.account_id, customers.segment, arr_intervals.product_id
    having sum(arr_intervals.arr) > 0
),

offers as (
    select
        segment,
        product_id,
        max(product_name) as product_name,
        count(*) as peers_with_product,
        {{ percentile('owned.product_arr', '0.5') }} as peers_median_arr,
        {{ percentile(
            ratio('owned.product_arr', 'owned.account_arr - owned.product_arr'), '0.5'
        ) }} as peers_median_share
    from owned
    group by segment, product_id
),

missing as (
    select
        customers.account_id,
        offers.product_id,
        offers.product_name,
        customers.csm_user_id,
        customers.owner_user_id,
        customers.segment,
        customers.region,
        customers.segment_customers - 1 as peers,
        offers.peers_with_product,
        customers.arr,
        offers.peers_median_arr,
        offers.peers_median_share
    from customers
    inner join offers
        on customers.segment = offers.segment
    left join owned
        on
            customers.account_id = owned.account_id
            and offers.product_id = owned.product_id
    where owned.account_id is null
)

select
    cast(missing.account_id as {{ dbt.type_string() }}) as account_id,
    cast(missing.product_id as {{ dbt.type_string() }}) as product_id,
    missing.product_name,
    missing.csm_user_id,
    missing.owner_user_id,
    missing.segment,
    missing.region,
    'peers_median_share' as estimate_method,
    cast(missing.peers as {{ dbt.type_int() }}) as peers,
    cast(missing.peers_with_product as {{ dbt.type_int() }}) as peers_with_product,
    {{ ratio('missing.peers_with_product', 'missing.peers') }} as peer_rate,
    cast(missing.arr as decimal(18, 2)) as arr,
    cast(missing.peers_median_arr as decimal(18, 2)) as peers_median_arr,
    cast(missing.peers_median_share * missing.arr as decimal(18, 2)) as estimated_arr,
    {{ as_of_day() }} as as_of_date
from missing
cross join settings
where missing.peers_with_product >= settings.whitespace_min_peers
