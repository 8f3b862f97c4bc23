{%- set kinds = [
    'message', 'enrichment', 'website', 'airtable', 'delivery', 'brain_trace',
    'database', 'database_upkeep',
] -%}

{% for kind in kinds %}
select * from {{ ref(kind ~ '_measures') }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
