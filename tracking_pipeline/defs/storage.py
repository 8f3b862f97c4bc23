from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._core.storage.base_storage import DagsterStorage
from dagster._serdes import ConfigurableClass, ConfigurableClassData

from tracking_pipeline.defs.postgres import QuickPostgresStorage
from tracking_pipeline.defs.sqlite import QuickSqliteStorage
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.state import postgres


class TrackingStorage(DagsterStorage, ConfigurableClass):
    """Chooses Dagster's storage from the environment, which `dagster.yaml` cannot do by itself.

    Never instantiated: the chosen storage takes its place.
    """

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """``base_dir``: where SQLite keeps its files."""
        return {"base_dir": dg.StringSource}

    @classmethod
    def from_config_value(  # type: ignore[override]  # another class: Dagster expects that
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> DagsterStorage:
        """Return PostgreSQL when the settings name one, else SQLite below ``base_dir``."""
        url = postgres_url(load_settings())
        if url:
            return QuickPostgresStorage(url, inst_data)
        return QuickSqliteStorage(config_value["base_dir"])


def postgres_url(settings: Settings) -> str:
    """Return the address of Dagster's PostgreSQL, with its driver named; empty for SQLite.

    SQLAlchemy 2.1 takes a bare ``postgresql://`` for psycopg 3, which is not what is installed.
    """
    if settings.pg == "embedded" and not settings.pg_url:
        return postgres.url(settings)
    scheme, separator, rest = settings.pg_url.partition("://")
    bare = scheme in {"postgres", "postgresql"}
    return f"postgresql+psycopg2://{rest}" if bare else f"{scheme}{separator}{rest}"
