"""What a process of its own does: it pulls, then loads what is due, or is killed on the way."""

from pathlib import Path

from tracking_pipeline.landing.pull import SOURCE
from tracking_pipeline.pipeline import loading
from tracking_pipeline.settings import Endpoint, Settings


def pull_once(home: Path, host: str, url: str) -> None:
    """Pull from ``url``, and load, in the home."""
    settings = Settings(
        home=home,
        engine_endpoints={"acme": Endpoint(url=url)},
        allowed_hosts=host,
        stable_seconds=0,
        threads=1,
    )
    loading.pull(settings)
    loading.ingest_source(settings, SOURCE)
