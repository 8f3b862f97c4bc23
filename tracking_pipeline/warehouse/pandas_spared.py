"""DuckDB and Arrow without pandas, which they import to ask of a value whether it is pandas' own.

That is 0.3 s of every process, and none of ours has such a value. Only Great Expectations works
with pandas.
"""

import sys
from importlib.abc import MetaPathFinder
from typing import Any

_NAME = "pandas"


class _Refusal(MetaPathFinder):
    """Finds no pandas."""

    def find_spec(self, fullname: str, *_: Any) -> None:  # noqa: ANN401 - the base class says so
        if fullname == _NAME:
            raise ModuleNotFoundError(f"{_NAME} is spared", name=_NAME)


def spare_pandas() -> None:
    """Keep pandas out of this process until `allow_pandas`, unless it is there already.

    DuckDB asks for each value, so the answer must cost nothing: None in its place. Arrow asks once,
    and would take that None for pandas.
    """
    if _NAME in sys.modules:
        return
    import pyarrow as pa  # noqa: PLC0415 - it is made to ask here

    refusal = _Refusal()
    sys.meta_path.insert(0, refusal)
    try:
        pa.array([""])
    finally:
        sys.meta_path.remove(refusal)
    sys.modules[_NAME] = None  # type: ignore[assignment]  # so Python marks what is not there


def allow_pandas() -> None:
    """Let what follows import pandas."""
    if _NAME in sys.modules and sys.modules[_NAME] is None:
        del sys.modules[_NAME]
