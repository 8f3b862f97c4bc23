"""Synthetic production logs, made in bulk by SQL: the same bytes for the same arguments."""

from datetime import date
from pathlib import Path

import duckdb

_RECORDS = """
with numbers as (
    select
        i,
        (hash(i) % 1000)::bigint as draw,
        (hash(i + 1) % 1000)::bigint as luck,
        cast($first_day as timestamp) + to_microseconds(i * ($days * 86400000000 // $n)) as moment,
        strftime(moment, '%Y-%m-%dT%H:%M:%S.%f') as stamp,
        printf('%08x', i // 5) as session
    from range($n) as t(i)
),
leads as (
    select *, json_object(
        'name', 'Lead ' || hash(i) % 5000,
        'company', 'Company ' || hash(i) % 300,
        'industry', ['technology', 'energy', 'media', 'logistics'][1 + draw % 4]
    ) as lead
    from numbers
)
select case
    when draw < 450 then json_object(
        'log_type', 'campaign_generation', 'session_id', session, 'timestamp', stamp,
        'lead_identifier', lead,
        'generation_input', json_object(
            'traits_detected', ['saas', 'formal'], 'data_quality_score', 25 * (luck % 4),
            'company_description', '', 'website_tone', 'unknown', 'services_available', []),
        'generation_output', json_object(
            'messaging_angle',
            ['intro', 'fallback', 'industry_insight', 'value_proposition'][1 + luck % 4],
            'campaign_tone', ['friendly', 'confident', 'technical'][1 + luck % 3],
            'message_quality_score', luck % 101, 'message_type', 'medium',
            'fallback_used', luck % 7 = 0,
            'generated_message', 'Bonjour, I noticed your work at Company ' || hash(i) % 300
            || '. I would love to connect and share how we help teams streamline operations.'),
        'message_analysis', json_object('generation_duration', (luck % 600) / 10.0),
        'training_labels', json_object(
            'message_approved', luck % 3 > 0, 'personalization_level', 'medium',
            'tone_appropriateness', 'unknown', 'conversion_potential', 'high'))
    when draw < 800 then json_object(
        'log_type', 'enrichment_decision', 'session_id', session, 'timestamp', stamp,
        'lead_identifier', lead,
        'enrichment_input', json_object(
            'initial_data_quality', 0, 'website_data_available', luck % 2 = 0,
            'existing_email', '', 'company_description_length', luck),
        'enrichment_output', json_object(
            'email_found', luck % 5 > 1, 'email_confidence_level', 'medium',
            'engagement_status', 'unknown', 'final_data_quality', 40,
            'enrichment_method', 'stealth_system'),
        'decision_reasoning', json_object(
            'domain_discovery', 'Found domain: example.com',
            'email_methods', ['stealth_system', 'stealth_pattern_generation'],
            'confidence_level', 'medium', 'enrichment_duration', luck / 10.0,
            'success', luck % 5 > 1),
        'training_labels', json_object(
            'enrichment_success', luck % 5 > 1,
            'email_quality', ['very_low', 'low', 'medium', 'high'][1 + luck % 4],
            'engagement_readiness', false, 'data_improvement', true))
    when draw < 900 then json_object(
        'log_type', 'website_analysis', 'session_id', session, 'timestamp', stamp,
        'lead_identifier', lead,
        'input_data', json_object('scraping_target', 'Montreal CEOs', 'max_leads', 10),
        'output_data', json_object(
            'total_leads_found', luck % 11, 'scraping_duration', luck / 20.0,
            'success_rate', (luck % 100) / 100.0),
        'decision_reasoning', json_object(
            'method_used', 'serpapi', 'confidence_level', 'high',
            'processing_time', luck / 50.0, 'success', luck % 10 > 0),
        'training_labels', json_object(
            'quality_score', luck % 101, 'success_indicator', luck % 10 > 0,
            'improvement_potential', 'low'))
    else json_object(
        'log_type', 'airtable_operation', 'session_id', session, 'timestamp', stamp,
        'lead_identifier', lead,
        'input_data', json_object('scraping_target', 'Montreal CEOs', 'max_leads', 10),
        'output_data', json_object(
            'success', luck % 8 > 0, 'record_id', 'rec' || i, 'fields_synced', luck % 10,
            'response_code', if(luck % 8 > 0, 200, 429), 'sync_timestamp', stamp),
        'decision_reasoning', json_object(
            'method_used', 'airtable_rest', 'confidence_level', 'high',
            'processing_time', luck / 40.0, 'success', luck % 8 > 0),
        'training_labels', json_object(
            'quality_score', luck % 101, 'success_indicator', luck % 8 > 0,
            'improvement_potential', 'low'))
end as line
from leads
order by i
"""


def write_logs(file: Path, records: int, *, first_day: date, days: int) -> int:
    """Write ``records`` production logs spread evenly over ``days`` as JSONL; return the bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    lines = connection.execute(
        _RECORDS, {"first_day": first_day, "days": days, "n": records}
    ).to_arrow_reader(100_000)
    with file.open("wb") as stream:
        for batch in lines:
            stream.write("\n".join(batch.column(0).to_pylist()).encode() + b"\n")
    connection.close()
    return file.stat().st_size
