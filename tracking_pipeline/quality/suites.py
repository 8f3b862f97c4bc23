"""What must hold on each landed table, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Severity = Literal["blocking", "warning"]
Rule = Literal["not_null", "unique", "one_of", "between", "no_row"]


@dataclass(frozen=True)
class Expectation:
    """One truth about a table, named for it.

    ``rule`` says how it is checked: ``one_of`` and ``between`` (closed; None is open) leave NULLs
    alone, ``no_row`` wants no row that meets the SQL condition ``where``.
    """

    name: str
    rule: Rule
    column: str
    severity: Severity = "blocking"
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    where: str = ""

    @property
    def words(self) -> str:
        """The rule in words, with what is allowed."""
        match self.rule:
            case "not_null":
                return f"{self.column} is never empty"
            case "unique":
                return f"{self.column} never occurs twice"
            case "one_of":
                return f"{self.column} is one of {', '.join(self.values)}"
            case "between":
                low, high = self.low, self.high
                least = "" if low is None else f" at least {low:g}"
                return f"{self.column} is{least}" + ("" if high is None else f" at most {high:g}")
            case "no_row":
                return f"no row in which {self.where}"

    @property
    def told(self) -> tuple[str, ...]:
        """The column whose value is told: no hash, and no text that may be personal."""
        return (self.column,) if self.rule in {"one_of", "between"} else ()


@dataclass(frozen=True)
class Suite:
    """The truths of ``landing.<table>``; ``located_by`` columns tell where an offender stands."""

    table: str
    located_by: tuple[str, ...]
    expectations: tuple[Expectation, ...]


def _not_null(*columns: str) -> list[Expectation]:
    return [Expectation(f"{column}_is_not_null", "not_null", column) for column in columns]


def _unique(column: str) -> Expectation:
    return Expectation(f"{column}_is_unique", "unique", column)


def _one_of(column: str, *values: str, severity: Severity = "warning") -> Expectation:
    return Expectation(f"{column}_is_known", "one_of", column, severity, values=values)


def _between(low: float, high: float, *columns: str) -> list[Expectation]:
    return [
        Expectation(
            f"{column}_is_between_{low:g}_and_{high:g}".replace("-", "minus_"),
            "between",
            column,
            "warning",
            low=low,
            high=high,
        )
        for column in columns
    ]


def _not_negative(*columns: str, severity: Severity = "warning") -> list[Expectation]:
    return [
        Expectation(f"{column}_is_not_negative", "between", column, severity, low=0)
        for column in columns
    ]


def _hex(digits: int, *columns: str) -> list[Expectation]:
    """Expect hashes: a personal value that was let in as it came breaks them."""
    return [
        Expectation(
            f"{column}_is_a_hash",
            "no_row",
            column,
            where=f"not regexp_full_match({column}, '[0-9a-f]{{{digits}}}')",
        )
        for column in columns
    ]


def _no_address(*columns: str) -> list[Expectation]:
    return [
        Expectation(
            f"{column}_holds_no_email_address",
            "no_row",
            column,
            "warning",
            where=f"regexp_matches({column}, '[^@ ]+@[^@ ]+[.][A-Za-z]+')",
        )
        for column in columns
    ]


def _in_order(first: str, last: str) -> list[Expectation]:
    return [
        Expectation(
            f"{last}_is_not_before_{first}", "no_row", last, "warning", where=f"{last} < {first}"
        )
    ]


_RECORD = (
    *_not_null("record_id", "client_id", "observed_at", "provenance"),
    *_not_null("file_id", "line_number", "batch_id"),
    _unique("record_id"),
    *_hex(32, "record_id"),
    _one_of("provenance", "measured", "simulated", "placeholder", severity="blocking"),
    Expectation("line_number_counts_from_1", "between", "line_number", low=1),
    Expectation(
        "observed_at_is_in_this_century",
        "no_row",
        "observed_at",
        "warning",
        where="observed_at < timestamp '2000-01-01 00:00:00'",
    ),
    Expectation(
        "file_id_is_in_the_manifest",
        "no_row",
        "file_id",
        where="file_id not in (select file_id from landing.manifest where file_id is not null)",
    ),
)
_LEAD = (*_hex(32, "lead_name_hash", "linkedin_url_hash"), *_no_address("company", "industry"))
_LEVELS = ("high", "medium", "low", "none")
_ENGINE = _one_of("engine_id", *"ABCDEFGHIJKLMN", severity="blocking")
_STATUS = _one_of("status", "up", "down", "degraded")

_KINDS: Mapping[str, Sequence[Expectation]] = {
    "campaign_generation": (
        *_LEAD,
        *_between(0, 100, "quality_score", "data_quality_score", "approval_threshold"),
        *_not_negative("message_length", "processing_time_s"),
        _one_of("confidence_level", *_LEVELS),
    ),
    "enrichment_decision": (
        *_LEAD,
        *_between(0, 100, "quality_score", "initial_data_quality", "final_data_quality"),
        *_not_negative("company_description_length", "processing_time_s"),
        _one_of("confidence_level", *_LEVELS),
    ),
    "website_analysis": (
        *_LEAD,
        *_between(0, 100, "quality_score"),
        *_between(0, 1, "yield_rate"),
        *_not_negative("max_leads", "total_leads_found", "pages_scraped", "title_groups_searched"),
        *_not_negative("scraping_duration_s", "processing_time_s"),
    ),
    "airtable_operation": (
        *_LEAD,
        *_between(0, 100, "quality_score"),
        *_between(100, 599, "response_code"),
        *_not_negative("fields_synced", "processing_time_s"),
    ),
    "email_delivery": (
        *_LEAD,
        *_between(0, 100, "quality_score"),
        *_not_negative("processing_time_s"),
    ),
    "brain_trace": (
        *_hex(32, "lead_id_hash", "lead_name_hash"),
        *_between(0, 100, "overall_quality_score", "approval_threshold"),
        *_not_negative("retry_count", "message_count", "node_count", "duration_s"),
        *_no_address("company", "status_reason"),
    ),
    "database_operation": (
        *_hex(32, "lead_id_hash", "lead_name_hash", "email_hash"),
        *_not_negative("duration_ms", "records_affected", "data_size_bytes"),
        *_no_address("company", "error_message"),
    ),
    "error_log": (
        *_no_address("error_message"),
        _one_of("severity", "debug", "info", "warning", "error", "critical"),
    ),
    "performance_metrics": (
        *_not_negative("duration_ms", "memory_usage_mb", "cpu_usage_percent"),
        Expectation(
            "finished_at_is_not_before_started_at",
            "no_row",
            "finished_at",
            "warning",
            where="finished_at < started_at",
        ),
    ),
    "sync_operation": (
        *_not_negative("duration_ms", "leads_synced", "leads_failed", "duration_per_lead_ms"),
        *_no_address("error_message"),
    ),
    "migration_operation": (
        *_not_negative("duration_ms", "records_migrated", "records_failed"),
        *_no_address("error_message"),
    ),
    "monitoring_data": (
        *_between(0, 100, "error_rate_percent"),
        *_not_negative("response_time_ms", "sync_queue_size"),
    ),
    "engine_observation": (
        *_not_null("engine_id", "metrics"),
        _ENGINE,
        *_not_negative("operational_cost_usd", "value_generated_usd", "units_of_work"),
        Expectation(
            "metrics_is_an_object",
            "no_row",
            "metrics",
            where="metrics not like '{%}' or not json_valid(metrics)",
        ),
    ),
    "client": (*_not_null("name"), *_in_order("pilot_start_date", "pilot_end_date")),
    "client_goal": (
        *_not_null("engine_id", "goal_metric", "target_value"),
        _ENGINE,
        *_in_order("start_date", "due_date"),
    ),
    "previous_method": (
        *_not_null("method"),
        *_not_negative("cost_per_meeting_usd", "monthly_cost_usd", "meetings_per_month"),
        *_not_negative("hours_per_meeting"),
    ),
    "client_satisfaction": (
        *_not_null("score", "recorded_date"),
        *_between(0, 10, "score"),
        *_hex(32, "respondent_hash"),
    ),
    "client_statement": (
        *_not_null("statement", "recorded_date"),
        _ENGINE,
        *_hex(32, "speaker_hash"),
        *_no_address("statement"),
    ),
    "engine_benchmark": (
        *_not_null("metric_name", "benchmark_value", "source", "source_date"),
        _ENGINE,
    ),
    "client_probe": _not_null("slug"),
    "probe_observation": (
        *_not_null("slug", "status", "is_up"),
        _STATUS,
        *_between(0, 599, "code"),
        *_not_negative("response_time_ms"),
    ),
    "published_uptime": (
        *_not_null("slug", "uptime_rate"),
        _STATUS,
        *_between(0, 1, "uptime_rate"),
        *_not_negative("response_time_ms"),
    ),
}

_BASES = ("offset", "created_at", "declared", "default")
_PERSON = (*_not_null("engineer_hash"), *_hex(32, "engineer_hash"))
_DAY = (*_PERSON, *_not_null("metric_date"))

_TELEMETRY: Mapping[str, Sequence[Expectation]] = {
    "engineer_profile": (
        *_PERSON,
        *_hex(32, "name_hash", "hostname_hash"),
        *_not_negative("ram_gb"),
        *_no_address("platform", "cpu"),
    ),
    "capability_execution": (
        *_PERSON,
        *_not_null("capability", "local_at", "utc_offset_minutes", "zone_basis"),
        *_not_negative("duration_ms", "tokens_saved", "context_size_tokens"),
        *_between(-720, 840, "utc_offset_minutes"),
        _one_of("zone_basis", *_BASES, severity="blocking"),
        *_no_address("capability", "error_type"),
        Expectation(
            "observed_at_is_local_at_without_its_offset",
            "no_row",
            "observed_at",
            where="observed_at + to_minutes(utc_offset_minutes) <> local_at",
        ),
    ),
    "productivity_day": (
        *_DAY,
        *_not_negative("commits_count", "prs_created", "prs_merged", "lines_added"),
        *_not_negative("lines_deleted", "bugs_fixed", "code_reviews_completed"),
        *_between(0, 100, "test_coverage_percent"),
    ),
    "cost_saving_day": (
        *_DAY,
        *_not_negative("tokens_saved_count", "api_calls_avoided", "time_saved_minutes"),
    ),
    "copilot_day": (
        *_DAY,
        *_not_negative("memory_hits", "memory_misses", "context_injections"),
        *_not_negative("avg_context_tokens", "suggestions_accepted", "suggestions_rejected"),
    ),
    "value_export": (
        *_PERSON,
        *_not_null("exported_at"),
        *_between(0, 1, "avg_success_rate", "memory_hit_rate", "acceptance_rate"),
        *_between(0, 100, "avg_test_coverage", "quality_score"),
        *_not_negative("period_days", "total_executions", "commits", "time_saved_hours"),
        *_in_order("collection_start", "exported_at"),
    ),
    "value_export_capability": (
        *_PERSON,
        *_not_null("exported_at", "capability"),
        *_between(0, 1, "success_rate"),
        *_not_negative("executions", "avg_ms", "min_ms"),
        *_in_order("min_ms", "max_ms"),
        *_no_address("capability", "errors"),
    ),
    "team_export": (
        *_not_null("generated_at"),
        *_between(0, 1, "team_memory_hit_rate"),
        *_not_negative("engineers_analyzed", "reports_processed"),
    ),
    "team_export_engineer": (
        *_PERSON,
        *_not_null("generated_at"),
        *_between(0, 1, "memory_hit_rate"),
        *_not_negative("commits", "prs_merged"),
    ),
    "telemetry_reading": (*_not_null("name"), *_no_address("name", "value_text", "tags")),
}

_FATES = ("n_accepted", "n_duplicate", "n_quarantined", "n_blank", "n_pending")
_MANIFEST = (
    *_not_null("file_id", "batch_id", "source", "relative_path", "outcome", "received_at"),
    *_hex(64, "content_hash", "object_hash"),
    _one_of("outcome", "loaded", "duplicate_delivery", "rejected", severity="blocking"),
    *_not_negative("size_bytes", "n_records", *_FATES, severity="blocking"),
    Expectation(
        "every_record_has_one_fate",
        "no_row",
        "n_records",
        where=f"n_records is distinct from {' + '.join(_FATES)}",
    ),
    Expectation(
        "end_offset_is_not_before_start_offset",
        "no_row",
        "end_offset",
        where="end_offset < start_offset",
    ),
)
_QUARANTINE = (
    *_not_null("quarantine_id", "file_id", "reason_code", "reason", "quarantined_at"),
    _unique("quarantine_id"),
    _one_of(*("status", "quarantined", "replayed", "superseded", "dismissed"), severity="blocking"),
)
_FINDINGS = (
    *_not_null("file_id", "source", "finding"),
    *_no_address("field"),
    Expectation("n_records_counts_from_0", "between", "n_records", low=0),
)


def _suites() -> list[Suite]:
    records = [
        Suite(table, ("file_id", "line_number"), (*_RECORD, *own))
        for table, own in {**_KINDS, **_TELEMETRY}.items()
    ]
    books = [
        Suite("manifest", ("file_id",), _MANIFEST),
        Suite("quarantine", ("quarantine_id",), _QUARANTINE),
        Suite("findings", ("file_id",), _FINDINGS),
    ]
    return [*records, *books]


SUITES: Mapping[str, Suite] = MappingProxyType({suite.table: suite for suite in _suites()})
