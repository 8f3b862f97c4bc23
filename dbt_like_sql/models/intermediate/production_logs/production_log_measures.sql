{%- set kinds = [
    'message', 'enrichment', 'website', 'airtable', 'delivery', 'brain_trace',
    'database',
] -%}

{% for kind in kinds %}
select * from {{ ref(kind ~ '_measures') }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
