{#- The UUID of a name: version 5 of RFC 9562, in the namespace of this product. -#}
{% macro uuid5(name) -%}
    {%- set digest -%}
        sha1(unhex('6f1d8c520f0b5a3e9a556d5f2b1f0c01') || encode({{ name }}))
    {%- endset -%}
    cast(
        concat(
            {{ digest }}[1:12],
            '5',
            {{ digest }}[14:16],
            -- The variant: of the seventeenth digit the last two bits stay.
            translate({{ digest }}[17], '01234567cdef', '89ab89ab89ab'),
            {{ digest }}[18:32]
        ) as uuid
    )
{%- endmacro %}
