"""What engineers' assistants export: an engineer's report of business value, and the team's."""

from tracking_pipeline.sources import times
from tracking_pipeline.sources.record import (
    CONTENT,
    PROVENANCE,
    Field,
    FieldType,
    JsonType,
    Person,
    RecordKind,
)
from tracking_pipeline.sources.telemetry.kinds import CLIENT, at, engineer, needed

_ZONE = f"coalesce({times.engineer_zone('raw_engineer_hash')}, timezone)"


def _or_received(sql: str) -> str:
    return f"case when {{value}} is null then make_timestamp(received_at) else {sql} end"


def _dated(column: str, path: str, zone: str) -> tuple[Field, Field]:
    """Return when a report was made, in UTC and as written; one that does not say, as received."""
    return (
        Field(
            "observed_at", "TIMESTAMP", (path,), sql=_or_received(times.instant("{value}", zone))
        ),
        Field(column, "TIMESTAMP", (path,), sql=_or_received(times.as_written("{value}"))),
    )


def _in(section: str, type_: FieldType, **paths: str) -> tuple[Field, ...]:
    """Return fields of one section, by column; the name there is the column's where it is ''."""
    return tuple(at(column, type_, f"{section}.{key or column}") for column, key in paths.items())


def _unlanded(section: str, type_: JsonType, *keys: str) -> tuple[tuple[str, JsonType], ...]:
    return tuple((f"{section}.{key}", type_) for key in keys)


_EXPORTED = _dated("exported_at", "report_metadata.export_date", _ZONE)

_VALUE_EXPORT = RecordKind(
    name="value_export",
    named_by="kind",
    identity=("engineer_hash", "exported_at", "observed_at", "period_days"),
    person=Person("engineer_profile.email", "engineer_profile.name"),
    fields=(
        CLIENT,
        _EXPORTED[0],
        PROVENANCE,
        engineer("engineer_profile.email"),
        at("platform", "VARCHAR", "engineer_profile.machine.platform"),
        at("cortex_version", "VARCHAR", "engineer_profile.cortex_version"),
        _EXPORTED[1],
        *_in("report_metadata", "BIGINT", period_days="collection_period_days"),
        Field(
            "collection_start",
            "TIMESTAMP",
            ("report_metadata.collection_start",),
            sql=times.as_written("{value}"),
        ),
        *_in("report_metadata", "BIGINT", total_executions=""),
        *_in("performance", "BIGINT", capabilities_used="total_capabilities_used"),
        *_in("performance", "DOUBLE", avg_success_rate=""),
        *_in(
            "cost_savings",
            "BIGINT",
            tokens_saved="total_tokens_saved",
            api_calls_avoided="total_api_calls_avoided",
        ),
        at(
            "cost_saved_usd",
            "DOUBLE",
            "cost_savings.total_cost_saved_usd",
            "executive_summary.cost_savings_usd",
        ),
        at(
            "time_saved_hours",
            "DOUBLE",
            "cost_savings.total_time_saved_hours",
            "executive_summary.time_saved_hours",
        ),
        *_in(
            "cost_savings",
            "DOUBLE",
            daily_average_usd="daily_average_savings_usd",
            monthly_projection_usd="",
            annual_projection_usd="",
        ),
        *_in(
            "productivity",
            "BIGINT",
            commits="total_commits",
            prs_created="total_prs_created",
            prs_merged="total_prs_merged",
            lines_added="total_lines_added",
            lines_deleted="total_lines_deleted",
        ),
        *_in("productivity", "DOUBLE", avg_test_coverage=""),
        *_in(
            "productivity",
            "BIGINT",
            bugs_fixed="total_bugs_fixed",
            code_reviews="total_code_reviews",
        ),
        *_in("productivity", "DOUBLE", commits_per_day=""),
        *_in("copilot_enhancement", "BIGINT", memory_hits="", memory_misses=""),
        *_in("copilot_enhancement", "DOUBLE", memory_hit_rate=""),
        *_in(
            "copilot_enhancement",
            "BIGINT",
            context_injections="",
            avg_context_tokens="avg_context_size_tokens",
            suggestions_accepted="",
            suggestions_rejected="",
        ),
        *_in("copilot_enhancement", "DOUBLE", acceptance_rate=""),
        *_in(
            "roi_analysis",
            "DOUBLE",
            assistant_cost_usd="cortex_cost_period_usd",
            total_value_usd="total_value_delivered_usd",
        ),
        *(
            at(column, "DOUBLE", f"roi_analysis.{column}", f"executive_summary.{column}")
            for column in ("roi_multiplier", "productivity_gain_percent", "quality_score")
        ),
    ),
    unlanded=(
        *_unlanded("engineer_profile", "SCALAR", "name"),
        *_unlanded("executive_summary", "DOUBLE", "commits_per_day", "copilot_enhancement"),
        *_unlanded("productivity", "VARCHAR", "velocity_trend"),
        *_unlanded("copilot_enhancement", "VARCHAR", "improvement_summary"),
        *_unlanded("roi_analysis", "DOUBLE", "commits_per_day"),
        *_unlanded("roi_analysis", "VARCHAR", "recommendation"),
    ),
)

_OF_CAPABILITY = _dated("exported_at", "export_date", _ZONE)

_VALUE_EXPORT_CAPABILITY = RecordKind(
    name="value_export_capability",
    named_by="kind",
    identity=("engineer_hash", "exported_at", "observed_at", "period_days", "capability"),
    person=Person("engineer_email"),
    fields=(
        CLIENT,
        _OF_CAPABILITY[0],
        PROVENANCE,
        engineer(),
        _OF_CAPABILITY[1],
        at("period_days", "BIGINT", "collection_period_days"),
        needed("capability", "name"),
        *_in("metrics", "BIGINT", executions="total_executions"),
        *_in(
            "metrics",
            "DOUBLE",
            success_rate="",
            avg_ms="avg_execution_time_ms",
            p50_ms="p50_latency_ms",
            p95_ms="p95_latency_ms",
            p99_ms="p99_latency_ms",
            min_ms="min_latency_ms",
            max_ms="max_latency_ms",
        ),
        *_in("metrics", "BIGINT", tokens_saved=""),
        *_in("metrics", "DOUBLE", avg_context_tokens=""),
        Field(
            "errors",
            "VARCHAR",
            ("metrics.error_types",),
            privacy="masked",
            reads="ANY",
            sql="cast({value} as varchar)",
        ),
        *_in("metrics", "VARCHAR", performance_trend=""),
    ),
)

_GENERATED = _dated("generated_at", "report_metadata.generated_at", "timezone")

# Of two reports of one instant: what both the report and its engineers carry.
# Who writes lines of it without a file of its own has one report a moment.
_REPORT = Field("report_hash", "VARCHAR", ("report_hash",), sql="coalesce({value}, '')")

_TEAM_EXPORT = RecordKind(
    name="team_export",
    named_by="kind",
    identity=("observed_at", CONTENT),
    fields=(
        CLIENT,
        _GENERATED[0],
        PROVENANCE,
        _GENERATED[1],
        _REPORT,
        *_in("report_metadata", "BIGINT", engineers_analyzed="", reports_processed=""),
        *_in(
            "executive_summary",
            "DOUBLE",
            total_cost_savings_usd="",
            annual_projection_usd="",
            total_time_saved_hours="",
            avg_roi_multiplier="",
        ),
        *_in("executive_summary", "BIGINT", total_commits="", total_prs_merged=""),
        *_in(
            "executive_summary",
            "DOUBLE",
            team_memory_hit_rate="team_copilot_memory_hit_rate",
        ),
    ),
    unlanded=_unlanded("executive_summary", "VARCHAR", "recommendation"),
)

_OF_ENGINEER = _dated("generated_at", "generated_at", "timezone")

_TEAM_EXPORT_ENGINEER = RecordKind(
    name="team_export_engineer",
    named_by="kind",
    identity=("observed_at", CONTENT),
    person=Person("email", "name"),
    is_personal=True,
    fields=(
        CLIENT,
        _OF_ENGINEER[0],
        PROVENANCE,
        _OF_ENGINEER[1],
        _REPORT,
        engineer("email"),
        at("platform", "VARCHAR"),
        at("cost_savings_usd", "DOUBLE"),
        at("time_saved_hours", "DOUBLE"),
        at("commits", "BIGINT"),
        at("prs_merged", "BIGINT"),
        at("roi_multiplier", "DOUBLE"),
        at("memory_hit_rate", "DOUBLE", "memory_hit_rate", "copilot_memory_hit_rate"),
    ),
    unlanded=(("name", "SCALAR"),),
)

EXPORTED = (_VALUE_EXPORT, _VALUE_EXPORT_CAPABILITY, _TEAM_EXPORT, _TEAM_EXPORT_ENGINEER)
"""The kinds of exported reports."""
