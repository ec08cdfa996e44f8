with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

arr_intervals as (
    select * from {{ ref('int_arr_intervals') }}
),

changed_months as (
    select
        account_id,
        month_number,
        opening_date,
        state_date
    from account_arr_movements
    where movement in ('expansion', 'contraction')
),

-- Both sides of each change, record by record.
standing as (
    {%- for side, day in [('before', 'opening_date'), ('now', 'state_date')] %}
    select
        '{{ side }}' as side,
        changed_months.account_id,
        changed_months.month_number,
        arr_intervals.item_id,
        arr_intervals.product_id,
        arr_intervals.plan_name,
        arr_intervals.quantity,
        arr_intervals.quantity * arr_intervals.annual_unit_price as annual_price,
        coalesce(arr_intervals.plan_rate, 0) as plan_rate,
        arr_intervals.arr,
        row_number() over (
            partition by
                changed_months.account_id, changed_months.month_number, arr_intervals.item_id
            order by
                arr_intervals.valid_from asc,
                arr_intervals.valid_to asc,
                arr_intervals.record_id asc
        ) as record_number
    from changed_months
    inner join arr_intervals
        on
            changed_months.account_id = arr_intervals.account_id
            and changed_months.{{ day }} >= arr_intervals.valid_from
            and changed_months.{{ day }} < arr_intervals.valid_to
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- An item of several records is their sum; what it is called, the first of them says.
items as (
    select
        account_id,
        month_number,
        item_id,
        {%- for side in ['before', 'now'] %}
        sum(case when side = '{{ side }}' then 1 else 0 end) as records_{{ side }},
        sum(case when side = '{{ side }}' then arr else 0 end) as arr_{{ side }},
        sum(case when side = '{{ side }}' then quantity else 0 end) as quantity_{{ side }},
        max(
            case when side = '{{ side }}' and record_number = 1 then product_id end
        ) as product_{{ side }},
        max(
            case when side = '{{ side }}' and record_number = 1 then plan_name end
        ) as plan_{{ side }},
        {%- endfor %}
        sum(case when side = 'before' then annual_price else 0 end) as annual_price_before,
        max(
            case when side = 'before' and record_number = 1 then plan_rate end
        ) as plan_rate_before
    from standing
    group by account_id, month_number, item_id
),

-- Where an item came or went: what the other side has of its product, and of its plan.
items_with_others as (
    select
        items.account_id,
        items.month_number,
        items.item_id,
        count(others.plan_name) as others_of_product,
        sum(
            case
                when others.plan_name = coalesce(items.plan_now, items.plan_before) then 1
                else 0
            end
        ) as others_of_plan
    from items
    left join standing as others
        on
            items.account_id = others.account_id
            and items.month_number = others.month_number
            and coalesce(items.product_now, items.product_before) = others.product_id
            and case when items.records_before = 0 then 'before' else 'now' end = others.side
    where
        items.records_before = 0
        or items.records_now = 0
    group by items.account_id, items.month_number, items.item_id
),

item_changes as (
    select
        items.account_id,
        items.month_number,
        items.arr_now - items.arr_before as arr_change,
        case
            when items.records_before = 0 or items.records_now = 0
                then case
                    when items_with_others.others_of_product = 0 then 'product'
                    when items_with_others.others_of_plan = 0 then 'plan'
                    else 'seats'
                end
            when items.plan_before <> items.plan_now then 'plan'
            else 'price'
        end as part,
        coalesce(
            cast(
                cast(
                    {{ ratio('items.annual_price_before', 'items.quantity_before') }}
                    * {{ ratio('(items.quantity_now - items.quantity_before)', '1') }}
                    * {{ ratio('items.plan_rate_before', '1') }}
                    as decimal(22, 6)
                ) as decimal(18, 2)
            ), 0
        ) as seats_change
    from items
    left join items_with_others
        on
            items.account_id = items_with_others.account_id
            and items.month_number = items_with_others.month_number
            and items.item_id = items_with_others.item_id
),

-- Same item, same plan: the change of units at the old price is seats, the rest is price.
movement_parts as (
    select
        account_id,
        month_number,
        cast(
            sum(
                case part when 'seats' then arr_change when 'price' then seats_change else 0 end
            ) as decimal(18, 2)
        ) as seats_arr,
        cast(
            sum(case part when 'price' then arr_change - seats_change else 0 end)
            as decimal(18, 2)
        ) as price_arr,
        cast(
            sum(case part when 'plan' then arr_change else 0 end) as decimal(18, 2)
        ) as plan_arr,
        cast(
            sum(case part when 'product' then arr_change else 0 end) as decimal(18, 2)
        ) as product_arr
    from item_changes
    group by account_id, month_number
)

select * from movement_parts
