"""The production logs of the AI engines (docs/architecture.md lists the columns).

``input_data``/``output_data`` are the design document's dialect; the engines have their own.
"""

from tracking_pipeline.sources import database_logs, times
from tracking_pipeline.sources.places import (
    LOGGED,
    MOMENT,
    OBSERVED,
    always,
    at,
    paths,
    person,
    unlanded,
)
from tracking_pipeline.sources.record import Default, Field, RecordKind, Source

_LEAD = (
    *LOGGED,
    person("lead_name_hash", "lead_identifier.name"),
    at("company", "VARCHAR", "lead_identifier.company"),
    at("industry", "VARCHAR", "lead_identifier.industry"),
    person("linkedin_url_hash", "lead_identifier.linkedin_url"),
)
_LEAD_REST = unlanded("SCALAR", "lead_identifier.lead_id", "lead_identifier.email")
_DECISION = "decision_reasoning"
_LABELS = "training_labels"
_METHOD = at("method_used", "VARCHAR", f"{_DECISION}.method_used")
_CONFIDENCE = at("confidence_level", "VARCHAR", f"{_DECISION}.confidence_level")
_DURATION = at("processing_time_s", "DOUBLE", f"{_DECISION}.processing_time", "processing_time")
_DECIDED = at("decision_success", "BOOLEAN", f"{_DECISION}.success")
_QUALITY = at("quality_score", "DOUBLE", f"{_LABELS}.quality_score", "output_data.quality_score")
_POTENTIAL = at("improvement_potential", "VARCHAR", f"{_LABELS}.improvement_potential")
_DECIDING = (_METHOD, _CONFIDENCE, _DURATION, _DECIDED)
_LABEL_SUCCESS = at("label_success", "BOOLEAN", f"{_LABELS}.success_indicator")
_GRADED = (*_DECIDING, _LABEL_SUCCESS, _QUALITY, _POTENTIAL)

_GENERATION_IN = "generation_input input_data"
_GENERATION_OUT = "generation_output output_data"

_CAMPAIGN_GENERATION = RecordKind(
    name="campaign_generation",
    fields=(
        *_LEAD,
        always("messaging_angle", "VARCHAR", *paths(_GENERATION_OUT, "messaging_angle")),
        always("campaign_tone", "VARCHAR", *paths(_GENERATION_OUT, "campaign_tone")),
        always("message_type", "VARCHAR", *paths(_GENERATION_OUT, "message_type")),
        at(
            "quality_score",
            "DOUBLE",
            *paths(_GENERATION_OUT, "message_quality_score", "quality_score"),
            f"{_LABELS}.quality_score",
        ),
        always("is_fallback", "BOOLEAN", *paths(_GENERATION_OUT, "fallback_used")),
        Field(
            "message_length",
            "BIGINT",
            paths(_GENERATION_OUT, "generated_message"),
            sql="length({value})",
            reads="VARCHAR",
        ),
        always("data_quality_score", "DOUBLE", *paths(_GENERATION_IN, "data_quality_score")),
        always("traits", "VARCHAR[]", *paths(_GENERATION_IN, "traits_detected")),
        at("website_tone", "VARCHAR", *paths(_GENERATION_IN, "website_tone")),
        at(
            "processing_time_s",
            "DOUBLE",
            "message_analysis.generation_duration",
            f"{_DECISION}.processing_time",
            "processing_time",
        ),
        at(
            "approval_threshold",
            "DOUBLE",
            *paths(
                f"message_analysis {_DECISION} {_LABELS} {_GENERATION_OUT} {_GENERATION_IN}",
                "approval_threshold",
            ),
        ),
        _METHOD,
        _CONFIDENCE,
        _DECIDED,
        at("is_approved", "BOOLEAN", *paths(_LABELS, "message_approved", "success_indicator")),
        at("personalization_level", "VARCHAR", f"{_LABELS}.personalization_level"),
        at("tone_appropriateness", "VARCHAR", f"{_LABELS}.tone_appropriateness"),
        at("conversion_potential", "VARCHAR", f"{_LABELS}.conversion_potential"),
        _POTENTIAL,
    ),
    unlanded=(
        *_LEAD_REST,
        *unlanded("VARCHAR", *paths(_GENERATION_IN, "company_description")),
        *unlanded("VARCHAR[]", *paths(_GENERATION_IN, "services_available")),
    ),
    list_sections=(_DECISION,),
    labels=("decision_success", "is_approved"),
)

_ENRICHMENT_IN = "enrichment_input input_data"
_DESCRIPTION_LENGTH = "company_description_length"
_ENRICHMENT_OUT = "enrichment_output output_data"

_ENRICHMENT_DECISION = RecordKind(
    name="enrichment_decision",
    fields=(
        *_LEAD,
        always("initial_data_quality", "DOUBLE", *paths(_ENRICHMENT_IN, "initial_data_quality")),
        always("final_data_quality", "DOUBLE", *paths(_ENRICHMENT_OUT, "final_data_quality")),
        at("has_website_data", "BOOLEAN", *paths(_ENRICHMENT_IN, "website_data_available")),
        Field(
            "has_existing_email",
            "BOOLEAN",
            paths(_ENRICHMENT_IN, "existing_email"),
            sql="trim({value}) <> ''",
            reads="VARCHAR",
        ),
        at("company_description_length", "BIGINT", *paths(_ENRICHMENT_IN, _DESCRIPTION_LENGTH)),
        always("is_email_found", "BOOLEAN", *paths(_ENRICHMENT_OUT, "email_found")),
        at("email_confidence_level", "VARCHAR", *paths(_ENRICHMENT_OUT, "email_confidence_level")),
        at("engagement_status", "VARCHAR", *paths(_ENRICHMENT_OUT, "engagement_status")),
        at(
            "enrichment_method",
            "VARCHAR",
            *paths(_ENRICHMENT_OUT, "enrichment_method"),
            f"{_DECISION}.method_used",
        ),
        at("methods", "VARCHAR[]", f"{_DECISION}.email_methods"),
        _CONFIDENCE,
        at(
            "processing_time_s",
            "DOUBLE",
            *paths(_DECISION, "enrichment_duration", "processing_time"),
            "processing_time",
        ),
        _DECIDED,
        at("is_successful", "BOOLEAN", *paths(_LABELS, "enrichment_success", "success_indicator")),
        at("email_quality", "VARCHAR", f"{_LABELS}.email_quality"),
        at("is_engagement_ready", "BOOLEAN", f"{_LABELS}.engagement_readiness"),
        at("is_data_improved", "BOOLEAN", f"{_LABELS}.data_improvement"),
        _QUALITY,
        _POTENTIAL,
    ),
    unlanded=(*_LEAD_REST, *unlanded("VARCHAR", f"{_DECISION}.domain_discovery")),
    list_sections=(_DECISION,),
    labels=("decision_success", "is_successful"),
)

_WEBSITE_ANALYSIS = RecordKind(
    name="website_analysis",
    fields=(
        *_LEAD,
        at("scraping_target", "VARCHAR", "input_data.scraping_target"),
        at("max_leads", "BIGINT", "input_data.max_leads"),
        always("total_leads_found", "BIGINT", "output_data.total_leads_found"),
        at("pages_scraped", "BIGINT", "output_data.pages_scraped"),
        at("title_groups_searched", "BIGINT", "output_data.title_groups_searched"),
        at("scraping_duration_s", "DOUBLE", "output_data.scraping_duration"),
        at("yield_rate", "DOUBLE", "output_data.success_rate"),
        *_DECIDING,
        at("is_successful", "BOOLEAN", f"{_LABELS}.success_indicator"),
        _QUALITY,
        _POTENTIAL,
    ),
    unlanded=(*_LEAD_REST, *unlanded("ANY", "output_data.leads_data")),
    list_sections=(_DECISION,),
    labels=("decision_success", "is_successful"),
)

_AIRTABLE_OPERATION = RecordKind(
    name="airtable_operation",
    fields=(
        *_LEAD,
        always("is_successful", "BOOLEAN", "output_data.success"),
        at("airtable_record_id", "VARCHAR", "output_data.record_id"),
        at("fields_synced", "BIGINT", "output_data.fields_synced"),
        at("response_code", "BIGINT", "output_data.response_code"),
        *_GRADED,
    ),
    unlanded=(
        *_LEAD_REST,
        *unlanded("VARCHAR", "output_data.sync_timestamp", "input_data.scraping_target"),
        *unlanded("BIGINT", "input_data.max_leads"),
        *unlanded("BOOLEAN", f"{_DECISION}.deduplication_check"),
        *unlanded("VARCHAR[]", f"{_DECISION}.field_mapping"),
    ),
    list_sections=(_DECISION,),
    labels=("decision_success", "label_success"),
)

_EMAIL_DELIVERY = RecordKind(
    name="email_delivery",
    fields=(
        *_LEAD,
        at("is_delivered", "BOOLEAN", *paths("output_data", "delivered", "success")),
        at("delivery_status", "VARCHAR", *paths("output_data", "delivery_status", "status")),
        *_GRADED,
    ),
    unlanded=_LEAD_REST,
    list_sections=(_DECISION,),
    labels=("decision_success", "label_success"),
)

_WITHOUT_ENUM = "replace({value}, 'CampaignStatus.', '')"

_BRAIN_TRACE = RecordKind(
    name="brain_trace",
    identity=(*MOMENT, "execution_id"),
    fields=(
        Field("session_id", "VARCHAR", ("execution_id",), required=True),
        OBSERVED,
        person("lead_id_hash", "lead_data.id"),
        person("lead_name_hash", "lead_data.Name"),
        at("company", "VARCHAR", "lead_data.Company"),
        Field("final_status", "VARCHAR", ("final_status",), required=True, sql=_WITHOUT_ENUM),
        at("status_reason", "VARCHAR", "status_reason"),
        Field(
            "approval_threshold",
            "DOUBLE",
            ("status_reason",),
            sql=r"try_cast(regexp_extract({value}, 'threshold (\d+(?:\.\d+)?)', 1) as double)",
            reads="VARCHAR",
        ),
        at("overall_quality_score", "DOUBLE", "overall_quality_score"),
        at("retry_count", "BIGINT", "retry_count"),
        at("messaging_angle", "VARCHAR", "messaging_angle"),
        at("campaign_tone", "VARCHAR", "campaign_tone"),
        at("primary_trait", "VARCHAR", "primary_trait"),
        at("traits", "VARCHAR[]", "traits"),
        at("is_low_context", "BOOLEAN", "is_low_context"),
        at("is_fallback", "BOOLEAN", "fallback_mode"),
        Field(
            "message_count", "BIGINT", ("messages",), sql="json_array_length({value})", reads="ANY"
        ),
        Field("node_count", "BIGINT", ("node_path",), sql="len({value})", reads="VARCHAR[]"),
        Field(
            "duration_s",
            "DOUBLE",
            ("node_path",),
            sql=times.seconds(
                "regexp_extract({value}[1], '_([^_]+)$', 1)",
                "regexp_extract({value}[-1], '_([^_]+)$', 1)",
            ),
            reads="VARCHAR[]",
        ),
        at("injection_status", "VARCHAR", "injection_status"),
        at("delivery_method", "VARCHAR", "delivery_method"),
    ),
    unlanded=(
        *unlanded("VARCHAR", "airtable_update_status", "formatted_linkedin_campaign", "queue_id"),
        *unlanded("VARCHAR", "sequence_reasoning"),
        *unlanded(
            "VARCHAR[]",
            *("campaign_sequence", "decision_path", "generation_errors", "historical_insights"),
            *("quality_issues", "warnings"),
        ),
        *unlanded(
            "ANY",
            *("company_data", "data_quality", "delivery_schedule", "errors", "generation_attempts"),
            *("memory_context", "quality_feedback", "quality_scores", "scraped_content"),
            *("trait_confidence", "trait_reasoning"),
            *paths("lead_data", "Email", "LinkedIn_URL", "Title", "Website", "ai_message"),
            *paths("lead_data", "company_data", "response_notes", "scraped_content"),
        ),
    ),
)

SOURCE = Source(
    name="engine_logs",
    system="production_logs",
    timezone="America/Toronto",
    kinds=(
        _CAMPAIGN_GENERATION,
        _ENRICHMENT_DECISION,
        _WEBSITE_ANALYSIS,
        _AIRTABLE_OPERATION,
        _EMAIL_DELIVERY,
        _BRAIN_TRACE,
        *database_logs.KINDS,
    ),
    wrappers=("training_records",),
    defaults=(Default("brain_trace", keys=("execution_id", "node_path")),),
    refusals=(
        (
            r"(^|/)daily_summary_[^/]*\.json",
            "is the database logger's summary of its other files, which are read themselves",
        ),
    ),
    personal_sections=frozenset(
        ("lead_identifier", "lead_data", "leads_data", "leads_summary", "lead", "contact")
    ),
)
