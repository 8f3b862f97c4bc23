{#- What tokens cost at the price of the assumptions (figures.md, telemetry). -#}
{% macro cost_of_tokens(tokens) -%}
    {{ tokens }} / 1000 * {{ assumption('token_price_per_1000_usd') }}
{%- endmacro %}
