{#- What is left of a benefit over the cost, in percent of the cost; NULL without
    either, or when nothing was spent (figures.md, engines). -#}
{% macro roi_pct(benefit, cost) -%}
    {{ rounded('(' ~ benefit ~ ' - ' ~ cost ~ ') / nullif(' ~ cost ~ ', 0) * 100') }}
{%- endmacro %}
