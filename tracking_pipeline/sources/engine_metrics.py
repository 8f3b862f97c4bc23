"""What the engines measure, and what people state about clients (docs/architecture.md)."""

from dataclasses import replace

from tracking_pipeline.sources.record import (
    CONTENT,
    MOST,
    PROVENANCE,
    Default,
    Field,
    FieldType,
    RecordKind,
    Source,
)
from tracking_pipeline.zones import is_known

_KEY = r"[^\s@]([^@]*[^\s@])?"
_ENGINE = "[A-N]"
_NOT_BLANK = r"(?s).*[^\s].*"


def _at(column: str, type_: FieldType) -> Field:
    return Field(column, type_, (column,))


def _needed(column: str, type_: FieldType = "DOUBLE") -> Field:
    if type_ != "VARCHAR":
        return Field(column, type_, (column,), required=True)
    return replace(_at(column, type_), required=True, pattern=_NOT_BLANK, expects="a text")


def _person(column: str) -> Field:
    path = column.removesuffix("_hash")
    return Field(column, "VARCHAR", (path,), privacy="pseudonym", reads="SCALAR")


_CLIENT = Field(
    "client_id",
    "VARCHAR",
    ("client_id",),
    required=True,
    pattern=_KEY,
    expects="a key without @ and spaces around it",
    is_key=True,
)
_ENGINE_OR_NONE = Field(
    "engine_id", "VARCHAR", ("engine_id",), pattern=_ENGINE, expects="a letter from A to N"
)
_ENGINE_ID = replace(_ENGINE_OR_NONE, required=True)

_ENGINE_OBSERVATION = RecordKind(
    name="engine_observation",
    named_by=None,
    identity=("client_id", "engine_id", "observed_at"),
    fields=(
        _CLIENT,
        Field("observed_at", "TIMESTAMP", ("observed_at",), required=True),
        PROVENANCE,
        _ENGINE_ID,
        replace(_at("metrics", "VARCHAR"), required=True, reads="OBJECT", most=MOST),
        _at("operational_cost_usd", "DOUBLE"),
        _at("value_generated_usd", "DOUBLE"),
        _at("units_of_work", "DOUBLE"),
    ),
)


def _reference(
    name: str,
    *fields: Field,
    stated_by: tuple[str, ...],
    client: Field = _CLIENT,
    periods: tuple[tuple[str, str], ...] = (),
) -> RecordKind:
    """Return a kind whose files are state: a record is a row of one content of a file."""
    return RecordKind(
        name=name,
        named_by=None,
        identity=("content_hash", "line_number", CONTENT),
        fields=(client, PROVENANCE, *fields),
        periods=periods,
        is_handwritten=True,
        stated_by=stated_by,
    )


_RECORDED = Field("recorded_date", "DATE", ("recorded_date",), is_past=True)
_EVERY_CLIENT = replace(
    _CLIENT, required=False, pattern=f"|{_KEY}", sql="coalesce(trim({value}), '')"
)

_REFERENCES = {
    "clients": _reference(
        "client",
        _needed("name", "VARCHAR"),
        _at("industry", "VARCHAR"),
        Field(
            "timezone",
            "VARCHAR",
            ("timezone",),
            known=is_known,
            expects="an IANA time zone such as America/Toronto",
        ),
        _at("pilot_start_date", "DATE"),
        _at("pilot_end_date", "DATE"),
        stated_by=("client_id",),
        periods=(("pilot_start_date", "pilot_end_date"),),
    ),
    "goals": _reference(
        "client_goal",
        _ENGINE_ID,
        replace(_needed("goal_metric", "VARCHAR"), is_key=True),
        _needed("target_value"),
        _at("start_value", "DOUBLE"),
        _at("start_date", "DATE"),
        _at("due_date", "DATE"),
        stated_by=("client_id", "engine_id", "goal_metric", "due_date"),
        periods=(("start_date", "due_date"),),
    ),
    "previous_methods": _reference(
        "previous_method",
        _needed("method", "VARCHAR"),
        _at("cost_per_meeting_usd", "DOUBLE"),
        _at("monthly_cost_usd", "DOUBLE"),
        _at("meetings_per_month", "DOUBLE"),
        _at("hours_per_meeting", "DOUBLE"),
        _RECORDED,
        _at("source", "VARCHAR"),
        stated_by=("client_id", "method", "recorded_date"),
    ),
    "satisfaction": _reference(
        "client_satisfaction",
        Field("score", "DOUBLE", ("score",), required=True, least=0, most=10),
        replace(_RECORDED, required=True),
        _person("respondent_hash"),
        stated_by=("client_id", "recorded_date", "respondent_hash"),
    ),
    "statements": _reference(
        "client_statement",
        Field(
            "statement",
            "VARCHAR",
            ("statement",),
            required=True,
            privacy="masked",
            pattern=_NOT_BLANK,
            expects="a text",
        ),
        replace(_RECORDED, required=True),
        _person("speaker_hash"),
        _at("is_significant_impact", "BOOLEAN"),
        _ENGINE_OR_NONE,
        stated_by=("client_id", "statement", "recorded_date", "speaker_hash"),
    ),
    "benchmarks": _reference(
        "engine_benchmark",
        _ENGINE_OR_NONE,
        replace(_needed("metric_name", "VARCHAR"), is_key=True),
        _needed("benchmark_value"),
        _at("industry_average", "DOUBLE"),
        _at("top_performer", "DOUBLE"),
        _needed("source", "VARCHAR"),
        replace(_needed("source_date", "DATE"), is_past=True),
        stated_by=("client_id", "engine_id", "metric_name"),
        client=_EVERY_CLIENT,
    ),
    "probes": _reference(
        "client_probe", replace(_needed("slug", "VARCHAR"), is_key=True), stated_by=("slug",)
    ),
}

_FOLDER = "reference"
_TABLE = r"[^/]*\.(csv|ya?ml)(\.(gz|zst))?$"
_JSON = r"\.(json|jsonl|ndjson)(\.(gz|zst))?$"


def _named(stem: str) -> str:
    """Return the pattern of tables that are called ``stem``, and of any file in the folder."""
    return rf"(^{_FOLDER}/(.*/)?{stem}[-.][^/]*$|(^|/){stem}(?=[-.]){_TABLE})"


SOURCE = Source(
    name="engine_metrics",
    system="engines",
    timezone="UTC",
    kinds=(_ENGINE_OBSERVATION, *_REFERENCES.values()),
    wrappers=("data", *_REFERENCES, *(kind.name for kind in _REFERENCES.values())),
    defaults=(
        Default("engine_observation", rf"^(?!{_FOLDER}/).*{_JSON}"),
        *(
            Default(kind.name, _named(stem), is_rewritten=True, folder=_FOLDER)
            for stem, kind in _REFERENCES.items()
        ),
    ),
    refusals=(
        (
            rf"(^{_FOLDER}/|{_TABLE})",
            f"is not called after what it holds, up to a - or .: {', '.join(_REFERENCES)}",
        ),
        ("", "is no JSON, CSV or YAML of engine metrics"),
    ),
    personal_sections=frozenset(("respondent", "speaker", "contact", "contacts")),
)
