"""Short ways to say where the fields of the engines' logs stand in a record."""

from tracking_pipeline.sources.record import Field, FieldType, JsonType

MOMENT = ("session_id", "timestamp")
"""What, with more, identifies a logged record."""

OBSERVED = Field("observed_at", "TIMESTAMP", ("timestamp",), required=True)
LOGGED = (Field("session_id", "VARCHAR", ("session_id",), required=True), OBSERVED)
"""The fields that every logged record has."""


def paths(sections: str, *keys: str) -> tuple[str, ...]:
    """Return the paths of each key in each of the space-separated sections."""
    return tuple(f"{section}.{key}" for key in keys for section in sections.split())


def at(column: str, type_: FieldType, *places: str) -> Field:
    """Return a field that stands at the first of ``places`` that is there."""
    return Field(column, type_, places)


def always(column: str, type_: FieldType, *places: str) -> Field:
    """Return a field that every record has whose section is there."""
    return Field(column, type_, places, is_expected=True)


def unlanded(type_: JsonType, *places: str) -> tuple[tuple[str, JsonType], ...]:
    """Return known values that no column keeps."""
    return tuple((place, type_) for place in places)


def person(column: str, *places: str) -> Field:
    """Return a field that lands as a pseudonym."""
    return Field(column, "VARCHAR", places, privacy="pseudonym", reads="SCALAR")
