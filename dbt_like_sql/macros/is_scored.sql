{#- Whether a figure may be judged: measured, and in a demo simulated. -#}
{% macro is_scored(provenance='provenance') -%}
    list_contains({{ var('scored_provenances') }}, {{ provenance }})
{%- endmacro %}
