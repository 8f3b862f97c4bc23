"""Many values of one kind as one table of JSON: the names once, a list a value."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def table(items: Iterable["DataclassInstance"], *, without: tuple[str, ...] = ()) -> object:
    """Return ``columns`` and ``rows`` of the dataclass's fields; an empty list without items."""
    every = tuple(items)
    if not every:
        return []
    names = [each.name for each in fields(every[0]) if each.name not in without]
    return of_columns(names, ([getattr(item, name) for name in names] for item in every))


def of_columns(names: Iterable[str], rows: Iterable[list[object]]) -> Mapping[str, object]:
    """Return the rows under their columns' names."""
    return {"columns": list(names), "rows": list(rows)}
