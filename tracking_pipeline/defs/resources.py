import dagster as dg

from tracking_pipeline.settings import Settings, load_settings


@dg.resource
def settings() -> Settings:
    """Read the settings anew for each run."""
    return load_settings()


SETTINGS = {"settings": settings}


@dg.definitions
def resources() -> dg.Definitions:
    """Define the settings, and one process a run: a process a step would cost 3 s each."""
    return dg.Definitions(resources=SETTINGS, executor=dg.in_process_executor)
