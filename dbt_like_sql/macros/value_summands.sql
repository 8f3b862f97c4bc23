{#- What adds up over engineers and days. -#}
{% macro value_summands() -%}
    {{ return([
        'executions', 'successes', 'n_judged', 'n_durations', 'total_duration_ms',
        'tokens_saved', 'api_calls_avoided', 'minutes_saved',
        'commits', 'prs_created', 'prs_merged', 'lines_added', 'lines_deleted',
        'bugs_fixed', 'code_reviews',
        'memory_hits', 'memory_misses', 'context_injections',
        'suggestions_accepted', 'suggestions_rejected',
    ]) }}
{%- endmacro %}

{#- The same, and what only one engineer's window has: sums of daily means, and how
    many days and engineers are known. -#}
{% macro engineer_summands() -%}
    {{ return(value_summands() + [
        'context_tokens', 'injections_sized',
        'test_coverage_total', 'test_coverage_days',
        'previous_test_coverage_total', 'previous_test_coverage_days',
        'dates_covered', 'days_expected', 'engineers', 'active_engineers',
        'engineers_committing', 'engineers_valued',
    ]) }}
{%- endmacro %}
