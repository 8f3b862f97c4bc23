{%- set counts = [
    'n_files', 'n_accepted', 'n_duplicate', 'n_quarantined', 'n_blank',
    'n_pending', 'n_late', 'n_findings', 'days_with_data',
] %}

with

both_sides as (

    select * from {{ ref('file_weeks') }}
    union all by name
    select * exclude (last_batch_id) from {{ ref('record_weeks') }}

),

weeks as (

    select
        system,
        client_id,
        source,
        week_start,
        {% for count in counts %}
        cast(coalesce(sum({{ count }}), 0) as bigint) as {{ count }}
        {%- if not loop.last %},{% endif %}
        {% endfor %}
    from both_sides
    group by all

)

select
    system,
    client_id,
    source,
    week_start,
    n_files,
    n_accepted + n_duplicate + n_quarantined + n_blank + n_pending as n_records,
    n_accepted,
    n_duplicate,
    n_quarantined,
    n_blank,
    n_pending,
    n_late,
    {{ rounded('days_with_data / 7') }} as coverage,
    n_findings
from weeks
