{#- A text with values in the place of their names in braces. -#}
{% macro filled_in(text, values) -%}
    {%- set filled = namespace(text=text) -%}
    {%- for name, value in values.items() -%}
        {%- set filled.text -%}
            replace({{ filled.text }}, '{{ '{' ~ name ~ '}' }}', {{ value }})
        {%- endset -%}
    {%- endfor -%}
    {{ filled.text }}
{%- endmacro %}
