with

slices_monthly as (
    select * from {{ ref('int_engagement_slices_monthly') }}
)

select
    cast(slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(slice_value as {{ dbt.type_string() }}) as slice_value,
    {%- for column, count in [
        ('tech_touch_accounts', 'tech_touch_accounts'),
        ('digitally_engaged_accounts', 'digitally_engaged_accounts'),
        ('messages', 'programme_messages'), ('answers', 'programme_answers'),
    ] %}
    cast({{ column }} as {{ dbt.type_int() }}) as {{ count }},
    {%- endfor %}
    {{ ratio('digitally_engaged_accounts', 'tech_touch_accounts') }} as digital_engagement_rate,
    is_month_complete,
    month_start_date
from slices_monthly
where tech_touch_accounts > 0
