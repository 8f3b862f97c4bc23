"""What the engines measure, and what people state about clients (docs/architecture.md)."""

from dataclasses import replace

from tracking_pipeline.sources.record import (
    PROVENANCE,
    Default,
    Field,
    FieldType,
    RecordKind,
    Source,
)

_KEY = r"[^\s](.*[^\s])?"
_ENGINE = "[A-N]"
_NOT_BLANK = r"(?s).*[^\s].*"


def _at(column: str, type_: FieldType) -> Field:
    return Field(column, type_, (column,))


def _needed(column: str, type_: FieldType = "DOUBLE") -> Field:
    if type_ != "VARCHAR":
        return Field(column, type_, (column,), required=True)
    return Field(column, type_, (column,), required=True, pattern=_NOT_BLANK, expects="a text")


def _person(column: str) -> Field:
    path = column.removesuffix("_hash")
    return Field(column, "VARCHAR", (path,), privacy="pseudonym", reads="SCALAR")


_CLIENT = Field(
    "client_id",
    "VARCHAR",
    ("client_id",),
    required=True,
    pattern=_KEY,
    expects="a key without spaces around it",
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
        Field("metrics", "VARCHAR", ("metrics",), required=True, reads="OBJECT"),
        _at("operational_cost_usd", "DOUBLE"),
        _at("value_generated_usd", "DOUBLE"),
        _at("units_of_work", "DOUBLE"),
    ),
)


def _reference(name: str, *fields: Field, client: Field = _CLIENT) -> RecordKind:
    """Return a kind whose files are state: a record is a row of one content of a file."""
    return RecordKind(
        name=name,
        named_by=None,
        identity=("content_hash", "line_number"),
        fields=(client, PROVENANCE, *fields),
    )


_EVERY_CLIENT = Field("client_id", "VARCHAR", ("client_id",), sql="coalesce(trim({value}), '')")

_REFERENCES = {
    "clients": _reference(
        "client",
        _needed("name", "VARCHAR"),
        _at("industry", "VARCHAR"),
        _at("timezone", "VARCHAR"),
        _at("pilot_start_date", "DATE"),
        _at("pilot_end_date", "DATE"),
    ),
    "goals": _reference(
        "client_goal",
        _ENGINE_ID,
        _needed("goal_metric", "VARCHAR"),
        _needed("target_value"),
        _at("start_value", "DOUBLE"),
        _at("start_date", "DATE"),
        _at("due_date", "DATE"),
    ),
    "previous_methods": _reference(
        "previous_method",
        _needed("method", "VARCHAR"),
        _at("cost_per_meeting_usd", "DOUBLE"),
        _at("monthly_cost_usd", "DOUBLE"),
        _at("meetings_per_month", "DOUBLE"),
        _at("hours_per_meeting", "DOUBLE"),
        _at("recorded_date", "DATE"),
        _at("source", "VARCHAR"),
    ),
    "satisfaction": _reference(
        "client_satisfaction",
        Field("score", "DOUBLE", ("score",), required=True, bounds=(0, 10)),
        _needed("recorded_date", "DATE"),
        _person("respondent_hash"),
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
        _needed("recorded_date", "DATE"),
        _person("speaker_hash"),
        _at("is_significant_impact", "BOOLEAN"),
        _ENGINE_OR_NONE,
    ),
    "benchmarks": _reference(
        "engine_benchmark",
        _ENGINE_OR_NONE,
        _needed("metric_name", "VARCHAR"),
        _needed("benchmark_value"),
        _at("industry_average", "DOUBLE"),
        _at("top_performer", "DOUBLE"),
        _needed("source", "VARCHAR"),
        _needed("source_date", "DATE"),
        client=_EVERY_CLIENT,
    ),
    "probes": _reference("client_probe", _needed("slug", "VARCHAR")),
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
