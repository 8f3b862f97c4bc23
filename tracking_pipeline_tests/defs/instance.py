"""Dagster with the project's own storage, in a folder."""

from contextlib import AbstractContextManager
from pathlib import Path

import dagster as dg


def instance_in(folder: Path) -> AbstractContextManager[dg.DagsterInstance]:
    """Return an instance whose runs and events are kept in ``folder``."""
    storage = {
        "module": "tracking_pipeline.defs.storage",
        "class": "TrackingStorage",
        "config": {"base_dir": str(folder)},
    }
    return dg.instance_for_test(overrides={"storage": {"custom": storage}})
