"""What engineers' assistants record about their use: profiles, executions, days, readings."""

from dataclasses import replace

from tracking_pipeline.sources import times
from tracking_pipeline.sources.privacy import TYPE_OF_ERROR
from tracking_pipeline.sources.record import (
    CONTENT,
    PROVENANCE,
    Field,
    FieldType,
    Person,
    RecordKind,
)

NOT_BLANK = r"(?s).*[^\s].*"

CLIENT = Field(
    "client_id",
    "VARCHAR",
    ("client_id",),
    sql="coalesce({value}, client_id)",
    pattern=r"[^\s@/]([^@/]*[^\s@/])?",
    expects="a key without @, / and spaces around it",
    is_key=True,
)


def at(column: str, type_: FieldType, *paths: str) -> Field:
    """Return a field that lands as it is, of a text all but addresses."""
    return Field(column, type_, paths or (column,))


def whole(*columns: str) -> tuple[Field, ...]:
    """Return counts that stand under their own names; none is negative."""
    return tuple(Field(column, "BIGINT", (column,), least=0) for column in columns)


def personal(column: str, path: str) -> Field:
    """Return a field of which the tables keep a pseudonym alone, and no refusal tells the value."""
    return Field(column, "VARCHAR", (path,), privacy="pseudonym", reads="SCALAR")


def engineer(path: str = "engineer_email") -> Field:
    """Return the field of whom a record is about, by their e-mail address."""
    return replace(
        personal("engineer_hash", path),
        required=True,
        pattern=NOT_BLANK,
        expects="an e-mail address",
    )


def needed(column: str, path: str) -> Field:
    """Return a field that holds a name in every record."""
    return replace(
        at(column, "VARCHAR", path),
        required=True,
        pattern=NOT_BLANK,
        expects="a name",
        is_key=True,
    )


_PERSON = Person("engineer_email")
_WRITTEN_AT = Field(
    "written_at", "TIMESTAMP", ("created_at",), sql=times.instant("{value}", "'UTC'")
)
_ZONE = f"coalesce({times.engineer_zone('raw_engineer_hash')}, timezone)"
# A default of the database, in UTC, has a space; what the assistant wrote there itself is local.
_PROFILE_ZONE = f"if(contains({{value}}, ' '), 'UTC', {_ZONE})"

_PROFILE = RecordKind(
    name="engineer_profile",
    named_by="kind",
    identity=("observed_at", CONTENT),
    person=Person("engineer_email", "engineer_name"),
    is_personal=True,
    fields=(
        CLIENT,
        Field(
            "observed_at",
            "TIMESTAMP",
            ("last_updated", "export_date", "installation_date"),
            sql="case when {value} is null then make_timestamp(received_at) else "
            f"{times.instant('{value}', _PROFILE_ZONE)} end",
        ),
        PROVENANCE,
        engineer(),
        personal("name_hash", "engineer_name"),
        personal("hostname_hash", "machine_hostname"),
        at("platform", "VARCHAR", "machine_platform"),
        at("cpu", "VARCHAR", "cpu_info"),
        Field("ram_gb", "BIGINT", ("ram_gb",), sql="nullif({value}, 0)"),
        at("python_version", "VARCHAR"),
        at("cortex_version", "VARCHAR"),
        Field(
            "installed_at",
            "TIMESTAMP",
            ("installation_date",),
            sql=times.instant("{value}", _ZONE),
        ),
    ),
    unlanded=(("id", "SCALAR"), ("consented_at", "VARCHAR")),
)

_CLOCK = ("raw_observed_at", "raw_zone_basis", "raw_engineer_hash")

_EXECUTION = RecordKind(
    name="capability_execution",
    named_by="kind",
    identity=(CONTENT,),
    circumstances=frozenset(("zone_basis",)),
    person=_PERSON,
    fields=(
        CLIENT,
        Field(
            "observed_at",
            "TIMESTAMP",
            ("timestamp",),
            required=True,
            sql=times.clock_instant(*_CLOCK),
        ),
        PROVENANCE,
        engineer(),
        needed("capability", "capability"),
        Field("duration_ms", "DOUBLE", ("duration_ms",), least=0),
        Field(
            "is_successful",
            "BOOLEAN",
            ("success",),
            reads="FLAG",
            sql="{value} in ('true', '1')",
        ),
        Field("error_type", "VARCHAR", ("error_type",), privacy="masked", sql=TYPE_OF_ERROR),
        *whole("tokens_saved", "context_size_tokens"),
        Field("local_at", "TIMESTAMP", ("timestamp",), sql=times.as_written("{value}")),
        Field(
            "utc_offset_minutes",
            "BIGINT",
            ("timestamp",),
            reads="VARCHAR",
            sql=times.clock_offset(*_CLOCK),
        ),
        Field("zone_basis", "VARCHAR", ("created_at",), sql=times.clock_basis(*_CLOCK)),
    ),
    unlanded=(("id", "SCALAR"),),
)


def _day(name: str, *fields: Field) -> RecordKind:
    """Return a kind of one row a person and date; another version of a day is another record."""
    return RecordKind(
        name=name,
        named_by="kind",
        identity=(CONTENT,),
        person=_PERSON,
        fields=(
            CLIENT,
            Field("observed_at", "DATE", ("metric_date",), required=True),
            PROVENANCE,
            engineer(),
            at("metric_date", "DATE"),
            *fields,
            _WRITTEN_AT,
        ),
        unlanded=(("id", "SCALAR"),),
    )


_READING = RecordKind(
    name="telemetry_reading",
    named_by="kind",
    identity=("observed_at", CONTENT),
    fields=(
        CLIENT,
        Field("observed_at", "TIMESTAMP", ("timestamp",), required=True),
        PROVENANCE,
        needed("name", "name"),
        Field(
            "value",
            "DOUBLE",
            ("value",),
            reads="ANY",
            sql="case json_type({value}) when 'BOOLEAN' then cast(cast({value} as boolean) as int) "
            "when 'VARCHAR' then null else try_cast({value} as double) end",
        ),
        Field(
            "value_text",
            "VARCHAR",
            ("value",),
            privacy="masked",
            reads="ANY",
            sql="case when json_type({value}) in ('VARCHAR', 'OBJECT', 'ARRAY') "
            "then {value} ->> '$' end",
        ),
        Field("tags", "VARCHAR", ("tags",), privacy="masked", reads="OBJECT"),
    ),
    unlanded=(("metadata", "ANY"), ("id", "SCALAR")),
)

RECORDED = (
    _PROFILE,
    _EXECUTION,
    _day(
        "productivity_day",
        *whole("commits_count", "prs_created", "prs_merged", "lines_added", "lines_deleted"),
        Field("test_coverage_percent", "DOUBLE", ("test_coverage_percent",), least=0, most=100),
        *whole("bugs_fixed", "code_reviews_completed"),
    ),
    _day(
        "cost_saving_day",
        *whole("tokens_saved_count", "api_calls_avoided"),
        at("estimated_cost_saved_usd", "DOUBLE"),
        *whole("time_saved_minutes"),
    ),
    _day(
        "copilot_day",
        *whole("memory_hits", "memory_misses", "context_injections", "avg_context_tokens"),
        *whole("suggestions_accepted", "suggestions_rejected"),
    ),
    _READING,
)
"""The kinds of databases and of the recorder's lines."""
