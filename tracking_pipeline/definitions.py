from pathlib import Path

import dagster as dg


@dg.definitions
def definitions() -> dg.Definitions:
    """Everything that Dagster knows, from ``defs/``."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__))
