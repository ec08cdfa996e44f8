with

renewals as (
    select * from {{ ref('fct_renewals') }}
)

{% for slice_type, column in [
    ('company', "'company'"), ('segment', 'segment'), ('region', 'region'), ('csm', 'csm_user_id'),
] %}
select
    contract_id,
    '{{ slice_type }}' as slice_type,
    coalesce({{ column }}, '(none)') as slice_value
from renewals
{{ 'union all' if not loop.last }}
{% endfor %}
