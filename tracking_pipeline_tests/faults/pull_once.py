"""A process of its own that pulls, then loads what is due, in the home of the command line."""

import sys
from pathlib import Path

from tracking_pipeline.landing.pull import SOURCE
from tracking_pipeline.pipeline import loading
from tracking_pipeline.settings import Endpoint, Settings

if __name__ == "__main__":
    home, host, url = sys.argv[1:]
    settings = Settings(
        home=Path(home),
        engine_endpoints={"acme": Endpoint(url=url)},
        allowed_hosts=host,
        stable_seconds=0,
        threads=1,
    )
    loading.pull(settings)
    loading.ingest_source(settings, SOURCE)
