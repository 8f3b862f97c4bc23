"""What the logger of the lead database writes (docs/architecture.md lists the columns)."""

from dataclasses import replace

from tracking_pipeline.sources.places import LOGGED, MOMENT, always, at, paths, person, unlanded
from tracking_pipeline.sources.privacy import TYPE_OF_ERROR
from tracking_pipeline.sources.record import Field, RecordKind

_LABELS = "training_labels"
_OPERATION = "operation_details"

_DATABASE_OPERATION = RecordKind(
    name="database_operation",
    fields=(
        *LOGGED,
        Field("operation_type", "VARCHAR", (f"{_OPERATION}.operation_type",), required=True),
        at("operation_id", "VARCHAR", f"{_OPERATION}.operation_id"),
        always("duration_ms", "DOUBLE", f"{_OPERATION}.execution_time_ms"),
        at("records_affected", "BIGINT", f"{_OPERATION}.records_affected"),
        always("is_successful", "BOOLEAN", f"{_OPERATION}.success"),
        Field("error_message", "VARCHAR", (f"{_OPERATION}.error_message",), privacy="masked"),
        person("lead_id_hash", "lead_identifier.lead_id"),
        person("lead_name_hash", "lead_identifier.name"),
        at("company", "VARCHAR", "lead_identifier.company"),
        person("email_hash", "lead_identifier.email"),
        at("data_size_bytes", "BIGINT", "data_details.data_size_bytes"),
        at("is_duplicate_detected", "BOOLEAN", "data_details.duplicate_detected"),
        at("duplicate_action", "VARCHAR", "data_details.duplicate_action"),
        at("performance_tier", "VARCHAR", f"{_LABELS}.performance_tier"),
        at("data_quality", "VARCHAR", f"{_LABELS}.data_quality"),
        at("complexity_level", "VARCHAR", f"{_LABELS}.complexity_level"),
    ),
    unlanded=(
        *unlanded("SCALAR", "lead_identifier.industry", "lead_identifier.linkedin_url"),
        *unlanded("VARCHAR[]", "data_details.fields_processed"),
        *unlanded("BOOLEAN", f"{_LABELS}.operation_successful"),
        *unlanded(
            "DOUBLE",
            *paths("performance_metrics", "execution_time_ms", "database_queries"),
            *paths("performance_metrics", "memory_usage_mb", "cpu_time_ms"),
        ),
    ),
)

_ERROR_LOG = RecordKind(
    name="error_log",
    identity=(*MOMENT, "error_details.error_id"),
    fields=(
        *LOGGED,
        replace(
            always("error_type", "VARCHAR", "error_details.error_type"),
            privacy="masked",
            sql=TYPE_OF_ERROR,
        ),
        at("error_id", "VARCHAR", "error_details.error_id"),
        Field("error_message", "VARCHAR", ("error_details.error_message",), privacy="masked"),
        at("error_code", "VARCHAR", "error_details.error_code"),
        at("severity", "VARCHAR", "error_details.severity"),
        at("operation_in_progress", "VARCHAR", "context.operation_in_progress"),
        at("environment", "VARCHAR", "context.environment"),
        at("is_recovery_attempted", "BOOLEAN", "recovery_info.recovery_attempted"),
        at("is_recovered", "BOOLEAN", "recovery_info.recovery_successful"),
        at("is_data_lost", "BOOLEAN", "recovery_info.data_loss_occurred"),
        at("is_recoverable", "BOOLEAN", f"{_LABELS}.recoverable"),
        at("is_user_error", "BOOLEAN", f"{_LABELS}.user_error"),
        at("is_system_error", "BOOLEAN", f"{_LABELS}.system_error"),
    ),
    unlanded=(
        *unlanded("VARCHAR", "error_details.stack_trace", "context.user_action"),
        *unlanded("VARCHAR", "recovery_info.recovery_method", f"{_LABELS}.error_severity"),
        *unlanded("ANY", "context.lead_data", "context.system_state"),
    ),
)

_INFO = "operation_info"

_PERFORMANCE_METRICS = RecordKind(
    name="performance_metrics",
    identity=(*MOMENT, f"{_INFO}.operation_id"),
    fields=(
        *LOGGED,
        Field("operation_name", "VARCHAR", (f"{_INFO}.operation_name",), required=True),
        at("operation_id", "VARCHAR", f"{_INFO}.operation_id"),
        at("started_at", "TIMESTAMP", f"{_INFO}.start_time"),
        at("finished_at", "TIMESTAMP", f"{_INFO}.end_time"),
        always("duration_ms", "DOUBLE", f"{_INFO}.total_duration_ms"),
        at("cpu_usage_percent", "DOUBLE", "performance_data.cpu_usage_percent"),
        at("memory_usage_mb", "DOUBLE", "performance_data.memory_usage_mb"),
        at("performance_tier", "VARCHAR", f"{_LABELS}.performance_tier"),
        at("resource_efficiency", "VARCHAR", f"{_LABELS}.resource_efficiency"),
        at("scalability_indicator", "VARCHAR", f"{_LABELS}.scalability_indicator"),
        at("is_optimization_needed", "BOOLEAN", f"{_LABELS}.optimization_needed"),
    ),
    unlanded=unlanded(
        "DOUBLE",
        *paths("performance_data", "memory_peak_mb", "disk_io_mb", "network_io_mb"),
        *paths("performance_data", "database_queries", "api_calls"),
        *paths("system_info", "database_size_mb", "total_leads", "pending_syncs"),
        *paths("system_info", "active_connections", "system_load"),
    ),
)

_SYNC = "sync_details"
_SYNCED = "sync_results"

_SYNC_OPERATION = RecordKind(
    name="sync_operation",
    identity=(*MOMENT, f"{_SYNC}.sync_id"),
    fields=(
        *LOGGED,
        Field("sync_type", "VARCHAR", (f"{_SYNC}.sync_type",), required=True),
        at("sync_id", "VARCHAR", f"{_SYNC}.sync_id"),
        always("duration_ms", "DOUBLE", f"{_SYNC}.execution_time_ms"),
        at("batch_size", "BIGINT", f"{_SYNC}.batch_size"),
        at("leads_total", "BIGINT", f"{_SYNC}.total_leads"),
        at("retry_attempts", "BIGINT", f"{_SYNC}.retry_attempts"),
        at("sync_strategy", "VARCHAR", f"{_SYNC}.sync_strategy"),
        always("is_successful", "BOOLEAN", f"{_SYNCED}.success"),
        always("leads_synced", "BIGINT", f"{_SYNCED}.leads_synced"),
        at("leads_skipped", "BIGINT", f"{_SYNCED}.leads_skipped"),
        always("leads_failed", "BIGINT", f"{_SYNCED}.leads_failed"),
        at("conflicts_resolved", "BIGINT", f"{_SYNCED}.conflicts_resolved"),
        Field("error_message", "VARCHAR", (f"{_SYNCED}.error_message",), privacy="masked"),
        at("is_rate_limited", "BOOLEAN", f"{_SYNCED}.airtable_rate_limited"),
        at("duration_per_lead_ms", "DOUBLE", "performance_metrics.avg_sync_time_per_lead_ms"),
        at("api_calls", "BIGINT", "performance_metrics.api_calls_made"),
        at("sync_efficiency", "VARCHAR", f"{_LABELS}.sync_efficiency"),
        at("batch_optimization", "VARCHAR", f"{_LABELS}.batch_optimization"),
    ),
    unlanded=(
        *unlanded("ANY", "leads_summary"),
        *unlanded("BOOLEAN", f"{_LABELS}.sync_successful", f"{_LABELS}.error_recovery"),
        *unlanded("DOUBLE", *paths("performance_metrics", "data_transferred_mb", "memory_peak_mb")),
    ),
)

_MIGRATION = "migration_details"
_MIGRATED = "migration_results"

_MIGRATION_OPERATION = RecordKind(
    name="migration_operation",
    identity=(*MOMENT, f"{_MIGRATION}.migration_id"),
    fields=(
        *LOGGED,
        Field("migration_type", "VARCHAR", (f"{_MIGRATION}.migration_type",), required=True),
        at("migration_id", "VARCHAR", f"{_MIGRATION}.migration_id"),
        always("duration_ms", "DOUBLE", f"{_MIGRATED}.execution_time_ms"),
        at("is_backup_created", "BOOLEAN", f"{_MIGRATION}.backup_created"),
        at("is_validation_enabled", "BOOLEAN", f"{_MIGRATION}.validation_enabled"),
        always("is_successful", "BOOLEAN", f"{_MIGRATED}.success"),
        at("records_total", "BIGINT", f"{_MIGRATED}.total_records_processed"),
        always("records_migrated", "BIGINT", f"{_MIGRATED}.records_migrated"),
        at("records_skipped", "BIGINT", f"{_MIGRATED}.records_skipped"),
        always("records_failed", "BIGINT", f"{_MIGRATED}.records_failed"),
        at("duplicates_found", "BIGINT", f"{_MIGRATED}.duplicates_found"),
        Field("error_message", "VARCHAR", (f"{_MIGRATED}.error_message",), privacy="masked"),
        at("is_integrity_maintained", "BOOLEAN", f"{_LABELS}.data_integrity_maintained"),
    ),
    unlanded=(
        *unlanded("ANY", *paths(_MIGRATION, "source_files", "backup_location")),
        *unlanded(
            "ANY",
            *paths("data_summary", "source_file_sizes_mb", "data_quality_distribution"),
            *paths("data_summary", "field_completeness", "validation_errors"),
        ),
        *unlanded(
            "BOOLEAN",
            *paths(_LABELS, "migration_successful", "performance_acceptable"),
            *paths(_LABELS, "error_handling_effective"),
        ),
    ),
)

_CHECK = "monitoring_info"
_HEALTH = "system_health"
_COUNTS = "statistics"

_MONITORING_DATA = RecordKind(
    name="monitoring_data",
    identity=(*MOMENT, f"{_CHECK}.monitoring_id"),
    fields=(
        *LOGGED,
        Field("monitoring_type", "VARCHAR", (f"{_CHECK}.monitoring_type",), required=True),
        at("monitoring_id", "VARCHAR", f"{_CHECK}.monitoring_id"),
        at("collection_interval_s", "DOUBLE", f"{_CHECK}.collection_interval_seconds"),
        at("is_database_responsive", "BOOLEAN", f"{_HEALTH}.database_responsive"),
        at("is_airtable_accessible", "BOOLEAN", f"{_HEALTH}.airtable_accessible"),
        at("sync_queue_size", "BIGINT", f"{_HEALTH}.sync_queue_size"),
        always("error_rate_percent", "DOUBLE", f"{_HEALTH}.error_rate_percent"),
        always("response_time_ms", "DOUBLE", f"{_HEALTH}.average_response_time_ms"),
        at("total_leads", "BIGINT", f"{_COUNTS}.total_leads"),
        at("leads_added_today", "BIGINT", f"{_COUNTS}.leads_added_today"),
        at("successful_syncs_today", "BIGINT", f"{_COUNTS}.successful_syncs_today"),
        at("failed_syncs_today", "BIGINT", f"{_COUNTS}.failed_syncs_today"),
        at("database_size_mb", "DOUBLE", f"{_COUNTS}.database_size_mb"),
        Field("alert_count", "BIGINT", ("alerts",), sql="json_array_length({value})", reads="ANY"),
        always("is_healthy", "BOOLEAN", f"{_LABELS}.system_healthy"),
    ),
    unlanded=(
        *unlanded("BIGINT", f"{_CHECK}.data_points"),
        *unlanded(
            "BOOLEAN",
            *paths(_LABELS, "performance_acceptable", "sync_efficiency", "capacity_adequate"),
        ),
    ),
)

KINDS = (
    _DATABASE_OPERATION,
    _ERROR_LOG,
    _PERFORMANCE_METRICS,
    _SYNC_OPERATION,
    _MIGRATION_OPERATION,
    _MONITORING_DATA,
)
"""All kinds of record that the logger writes."""
