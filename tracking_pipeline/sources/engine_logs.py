"""The production logs of the AI engines (docs/architecture.md lists the columns).

``input_data``/``output_data`` are the design document's dialect; the engines have their own.
"""

from tracking_pipeline.sources import times
from tracking_pipeline.sources.record import (
    Default,
    Field,
    FieldType,
    JsonType,
    RecordKind,
    Source,
)


def _paths(sections: str, *keys: str) -> tuple[str, ...]:
    return tuple(f"{section}.{key}" for key in keys for section in sections.split())


def _at(column: str, type_: FieldType, *paths: str) -> Field:
    return Field(column, type_, paths)


def _always(column: str, type_: FieldType, *paths: str) -> Field:
    return Field(column, type_, paths, is_expected=True)


def _unlanded(type_: JsonType, *paths: str) -> tuple[tuple[str, JsonType], ...]:
    return tuple((path, type_) for path in paths)


def _person(column: str, *paths: str) -> Field:
    return Field(column, "VARCHAR", paths, privacy="pseudonym", reads="SCALAR")


_MOMENT = ("session_id", "timestamp")
_OBSERVED = Field("observed_at", "TIMESTAMP", ("timestamp",), required=True)
_LOGGED = (Field("session_id", "VARCHAR", ("session_id",), required=True), _OBSERVED)
_LEAD = (
    *_LOGGED,
    _person("lead_name_hash", "lead_identifier.name"),
    _at("company", "VARCHAR", "lead_identifier.company"),
    _at("industry", "VARCHAR", "lead_identifier.industry"),
    _person("linkedin_url_hash", "lead_identifier.linkedin_url"),
)
_LEAD_REST = _unlanded("SCALAR", "lead_identifier.lead_id", "lead_identifier.email")
_DECISION = "decision_reasoning"
_LABELS = "training_labels"
_METHOD = _at("method_used", "VARCHAR", f"{_DECISION}.method_used")
_CONFIDENCE = _at("confidence_level", "VARCHAR", f"{_DECISION}.confidence_level")
_DURATION = _at("processing_time_s", "DOUBLE", f"{_DECISION}.processing_time", "processing_time")
_DECIDED = _at("decision_success", "BOOLEAN", f"{_DECISION}.success")
_QUALITY = _at("quality_score", "DOUBLE", f"{_LABELS}.quality_score", "output_data.quality_score")
_POTENTIAL = _at("improvement_potential", "VARCHAR", f"{_LABELS}.improvement_potential")
_DECIDING = (_METHOD, _CONFIDENCE, _DURATION, _DECIDED)
_LABEL_SUCCESS = _at("label_success", "BOOLEAN", f"{_LABELS}.success_indicator")
_GRADED = (*_DECIDING, _LABEL_SUCCESS, _QUALITY, _POTENTIAL)

_GENERATION_IN = "generation_input input_data"
_GENERATION_OUT = "generation_output output_data"

_CAMPAIGN_GENERATION = RecordKind(
    name="campaign_generation",
    fields=(
        *_LEAD,
        _always("messaging_angle", "VARCHAR", *_paths(_GENERATION_OUT, "messaging_angle")),
        _always("campaign_tone", "VARCHAR", *_paths(_GENERATION_OUT, "campaign_tone")),
        _always("message_type", "VARCHAR", *_paths(_GENERATION_OUT, "message_type")),
        _at(
            "quality_score",
            "DOUBLE",
            *_paths(_GENERATION_OUT, "message_quality_score", "quality_score"),
            f"{_LABELS}.quality_score",
        ),
        _always("is_fallback", "BOOLEAN", *_paths(_GENERATION_OUT, "fallback_used")),
        Field(
            "message_length",
            "BIGINT",
            _paths(_GENERATION_OUT, "generated_message"),
            sql="length({value})",
            reads="VARCHAR",
        ),
        _always("data_quality_score", "DOUBLE", *_paths(_GENERATION_IN, "data_quality_score")),
        _always("traits", "VARCHAR[]", *_paths(_GENERATION_IN, "traits_detected")),
        _at("website_tone", "VARCHAR", *_paths(_GENERATION_IN, "website_tone")),
        _at(
            "processing_time_s",
            "DOUBLE",
            "message_analysis.generation_duration",
            f"{_DECISION}.processing_time",
            "processing_time",
        ),
        _at(
            "approval_threshold",
            "DOUBLE",
            *_paths(
                f"message_analysis {_DECISION} {_LABELS} {_GENERATION_OUT} {_GENERATION_IN}",
                "approval_threshold",
            ),
        ),
        _METHOD,
        _CONFIDENCE,
        _DECIDED,
        _at("is_approved", "BOOLEAN", *_paths(_LABELS, "message_approved", "success_indicator")),
        _at("personalization_level", "VARCHAR", f"{_LABELS}.personalization_level"),
        _at("tone_appropriateness", "VARCHAR", f"{_LABELS}.tone_appropriateness"),
        _at("conversion_potential", "VARCHAR", f"{_LABELS}.conversion_potential"),
        _POTENTIAL,
    ),
    unlanded=(
        *_LEAD_REST,
        *_unlanded("VARCHAR", *_paths(_GENERATION_IN, "company_description")),
        *_unlanded("VARCHAR[]", *_paths(_GENERATION_IN, "services_available")),
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
        _always("initial_data_quality", "DOUBLE", *_paths(_ENRICHMENT_IN, "initial_data_quality")),
        _always("final_data_quality", "DOUBLE", *_paths(_ENRICHMENT_OUT, "final_data_quality")),
        _at("has_website_data", "BOOLEAN", *_paths(_ENRICHMENT_IN, "website_data_available")),
        Field(
            "has_existing_email",
            "BOOLEAN",
            _paths(_ENRICHMENT_IN, "existing_email"),
            sql="trim({value}) <> ''",
            reads="VARCHAR",
        ),
        _at("company_description_length", "BIGINT", *_paths(_ENRICHMENT_IN, _DESCRIPTION_LENGTH)),
        _always("is_email_found", "BOOLEAN", *_paths(_ENRICHMENT_OUT, "email_found")),
        _at(
            "email_confidence_level", "VARCHAR", *_paths(_ENRICHMENT_OUT, "email_confidence_level")
        ),
        _at("engagement_status", "VARCHAR", *_paths(_ENRICHMENT_OUT, "engagement_status")),
        _at(
            "enrichment_method",
            "VARCHAR",
            *_paths(_ENRICHMENT_OUT, "enrichment_method"),
            f"{_DECISION}.method_used",
        ),
        _at("methods", "VARCHAR[]", f"{_DECISION}.email_methods"),
        _CONFIDENCE,
        _at(
            "processing_time_s",
            "DOUBLE",
            *_paths(_DECISION, "enrichment_duration", "processing_time"),
            "processing_time",
        ),
        _DECIDED,
        _at(
            "is_successful", "BOOLEAN", *_paths(_LABELS, "enrichment_success", "success_indicator")
        ),
        _at("email_quality", "VARCHAR", f"{_LABELS}.email_quality"),
        _at("is_engagement_ready", "BOOLEAN", f"{_LABELS}.engagement_readiness"),
        _at("is_data_improved", "BOOLEAN", f"{_LABELS}.data_improvement"),
        _QUALITY,
        _POTENTIAL,
    ),
    unlanded=(*_LEAD_REST, *_unlanded("VARCHAR", f"{_DECISION}.domain_discovery")),
    list_sections=(_DECISION,),
    labels=("decision_success", "is_successful"),
)

_WEBSITE_ANALYSIS = RecordKind(
    name="website_analysis",
    fields=(
        *_LEAD,
        _at("scraping_target", "VARCHAR", "input_data.scraping_target"),
        _at("max_leads", "BIGINT", "input_data.max_leads"),
        _always("total_leads_found", "BIGINT", "output_data.total_leads_found"),
        _at("pages_scraped", "BIGINT", "output_data.pages_scraped"),
        _at("title_groups_searched", "BIGINT", "output_data.title_groups_searched"),
        _at("scraping_duration_s", "DOUBLE", "output_data.scraping_duration"),
        _at("yield_rate", "DOUBLE", "output_data.success_rate"),
        *_DECIDING,
        _at("is_successful", "BOOLEAN", f"{_LABELS}.success_indicator"),
        _QUALITY,
        _POTENTIAL,
    ),
    unlanded=(*_LEAD_REST, *_unlanded("ANY", "output_data.leads_data")),
    list_sections=(_DECISION,),
    labels=("decision_success", "is_successful"),
)

_AIRTABLE_OPERATION = RecordKind(
    name="airtable_operation",
    fields=(
        *_LEAD,
        _always("is_successful", "BOOLEAN", "output_data.success"),
        _at("airtable_record_id", "VARCHAR", "output_data.record_id"),
        _at("fields_synced", "BIGINT", "output_data.fields_synced"),
        _at("response_code", "BIGINT", "output_data.response_code"),
        *_GRADED,
    ),
    unlanded=(
        *_LEAD_REST,
        *_unlanded("VARCHAR", "output_data.sync_timestamp", "input_data.scraping_target"),
        *_unlanded("BIGINT", "input_data.max_leads"),
        *_unlanded("BOOLEAN", f"{_DECISION}.deduplication_check"),
        *_unlanded("VARCHAR[]", f"{_DECISION}.field_mapping"),
    ),
    list_sections=(_DECISION,),
    labels=("decision_success", "label_success"),
)

_EMAIL_DELIVERY = RecordKind(
    name="email_delivery",
    fields=(
        *_LEAD,
        _at("is_delivered", "BOOLEAN", *_paths("output_data", "delivered", "success")),
        _at("delivery_status", "VARCHAR", *_paths("output_data", "delivery_status", "status")),
        *_GRADED,
    ),
    unlanded=_LEAD_REST,
    list_sections=(_DECISION,),
    labels=("decision_success", "label_success"),
)

_WITHOUT_ENUM = "replace({value}, 'CampaignStatus.', '')"

_BRAIN_TRACE = RecordKind(
    name="brain_trace",
    identity=(*_MOMENT, "execution_id"),
    fields=(
        Field("session_id", "VARCHAR", ("execution_id",), required=True),
        _OBSERVED,
        _person("lead_id_hash", "lead_data.id"),
        _person("lead_name_hash", "lead_data.Name"),
        _at("company", "VARCHAR", "lead_data.Company"),
        Field("final_status", "VARCHAR", ("final_status",), required=True, sql=_WITHOUT_ENUM),
        _at("status_reason", "VARCHAR", "status_reason"),
        Field(
            "approval_threshold",
            "DOUBLE",
            ("status_reason",),
            sql=r"try_cast(regexp_extract({value}, 'threshold (\d+(?:\.\d+)?)', 1) as double)",
            reads="VARCHAR",
        ),
        _at("overall_quality_score", "DOUBLE", "overall_quality_score"),
        _at("retry_count", "BIGINT", "retry_count"),
        _at("messaging_angle", "VARCHAR", "messaging_angle"),
        _at("campaign_tone", "VARCHAR", "campaign_tone"),
        _at("primary_trait", "VARCHAR", "primary_trait"),
        _at("traits", "VARCHAR[]", "traits"),
        _at("is_low_context", "BOOLEAN", "is_low_context"),
        _at("is_fallback", "BOOLEAN", "fallback_mode"),
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
        _at("injection_status", "VARCHAR", "injection_status"),
        _at("delivery_method", "VARCHAR", "delivery_method"),
    ),
    unlanded=(
        *_unlanded("VARCHAR", "airtable_update_status", "formatted_linkedin_campaign", "queue_id"),
        *_unlanded("VARCHAR", "sequence_reasoning"),
        *_unlanded(
            "VARCHAR[]",
            *("campaign_sequence", "decision_path", "generation_errors", "historical_insights"),
            *("quality_issues", "warnings"),
        ),
        *_unlanded(
            "ANY",
            *("company_data", "data_quality", "delivery_schedule", "errors", "generation_attempts"),
            *("memory_context", "quality_feedback", "quality_scores", "scraped_content"),
            *("trait_confidence", "trait_reasoning"),
            *_paths("lead_data", "Email", "LinkedIn_URL", "Title", "Website", "ai_message"),
            *_paths("lead_data", "company_data", "response_notes", "scraped_content"),
        ),
    ),
)

_OPERATION = "operation_details"

_DATABASE_OPERATION = RecordKind(
    name="database_operation",
    fields=(
        *_LOGGED,
        Field("operation_type", "VARCHAR", (f"{_OPERATION}.operation_type",), required=True),
        _at("operation_id", "VARCHAR", f"{_OPERATION}.operation_id"),
        _always("duration_ms", "DOUBLE", f"{_OPERATION}.execution_time_ms"),
        _at("records_affected", "BIGINT", f"{_OPERATION}.records_affected"),
        _always("is_successful", "BOOLEAN", f"{_OPERATION}.success"),
        Field("error_message", "VARCHAR", (f"{_OPERATION}.error_message",), privacy="masked"),
        _person("lead_id_hash", "lead_identifier.lead_id"),
        _person("lead_name_hash", "lead_identifier.name"),
        _at("company", "VARCHAR", "lead_identifier.company"),
        _person("email_hash", "lead_identifier.email"),
        _at("data_size_bytes", "BIGINT", "data_details.data_size_bytes"),
        _at("is_duplicate_detected", "BOOLEAN", "data_details.duplicate_detected"),
        _at("duplicate_action", "VARCHAR", "data_details.duplicate_action"),
        _at("performance_tier", "VARCHAR", f"{_LABELS}.performance_tier"),
        _at("data_quality", "VARCHAR", f"{_LABELS}.data_quality"),
        _at("complexity_level", "VARCHAR", f"{_LABELS}.complexity_level"),
    ),
    unlanded=(
        *_unlanded("SCALAR", "lead_identifier.industry", "lead_identifier.linkedin_url"),
        *_unlanded("VARCHAR[]", "data_details.fields_processed"),
        *_unlanded("BOOLEAN", f"{_LABELS}.operation_successful"),
        *_unlanded(
            "DOUBLE",
            *_paths("performance_metrics", "execution_time_ms", "database_queries"),
            *_paths("performance_metrics", "memory_usage_mb", "cpu_time_ms"),
        ),
    ),
)

_ERROR_LOG = RecordKind(
    name="error_log",
    identity=(*_MOMENT, "error_details.error_id"),
    fields=(
        *_LOGGED,
        _always("error_type", "VARCHAR", "error_details.error_type"),
        _at("error_id", "VARCHAR", "error_details.error_id"),
        Field("error_message", "VARCHAR", ("error_details.error_message",), privacy="masked"),
        _at("error_code", "VARCHAR", "error_details.error_code"),
        _at("severity", "VARCHAR", "error_details.severity"),
        _at("operation_in_progress", "VARCHAR", "context.operation_in_progress"),
        _at("environment", "VARCHAR", "context.environment"),
        _at("is_recovery_attempted", "BOOLEAN", "recovery_info.recovery_attempted"),
        _at("is_recovered", "BOOLEAN", "recovery_info.recovery_successful"),
        _at("is_data_lost", "BOOLEAN", "recovery_info.data_loss_occurred"),
        _at("is_recoverable", "BOOLEAN", f"{_LABELS}.recoverable"),
        _at("is_user_error", "BOOLEAN", f"{_LABELS}.user_error"),
        _at("is_system_error", "BOOLEAN", f"{_LABELS}.system_error"),
    ),
    unlanded=(
        *_unlanded("VARCHAR", "error_details.stack_trace", "context.user_action"),
        *_unlanded("VARCHAR", "recovery_info.recovery_method", f"{_LABELS}.error_severity"),
        *_unlanded("ANY", "context.lead_data", "context.system_state"),
    ),
)

_INFO = "operation_info"

_PERFORMANCE_METRICS = RecordKind(
    name="performance_metrics",
    identity=(*_MOMENT, f"{_INFO}.operation_id"),
    fields=(
        *_LOGGED,
        Field("operation_name", "VARCHAR", (f"{_INFO}.operation_name",), required=True),
        _at("operation_id", "VARCHAR", f"{_INFO}.operation_id"),
        _at("started_at", "TIMESTAMP", f"{_INFO}.start_time"),
        _at("finished_at", "TIMESTAMP", f"{_INFO}.end_time"),
        _always("duration_ms", "DOUBLE", f"{_INFO}.total_duration_ms"),
        _at("cpu_usage_percent", "DOUBLE", "performance_data.cpu_usage_percent"),
        _at("memory_usage_mb", "DOUBLE", "performance_data.memory_usage_mb"),
        _at("performance_tier", "VARCHAR", f"{_LABELS}.performance_tier"),
        _at("resource_efficiency", "VARCHAR", f"{_LABELS}.resource_efficiency"),
        _at("scalability_indicator", "VARCHAR", f"{_LABELS}.scalability_indicator"),
        _at("is_optimization_needed", "BOOLEAN", f"{_LABELS}.optimization_needed"),
    ),
    unlanded=_unlanded(
        "DOUBLE",
        *_paths("performance_data", "memory_peak_mb", "disk_io_mb", "network_io_mb"),
        *_paths("performance_data", "database_queries", "api_calls"),
        *_paths("system_info", "database_size_mb", "total_leads", "pending_syncs"),
        *_paths("system_info", "active_connections", "system_load"),
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
        _DATABASE_OPERATION,
        _ERROR_LOG,
        _PERFORMANCE_METRICS,
    ),
    wrappers=("training_records",),
    defaults=(Default("brain_trace", keys=("execution_id", "node_path")),),
    personal_sections=frozenset(("lead_identifier", "lead_data", "leads_data", "lead", "contact")),
)
