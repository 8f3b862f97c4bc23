import dagster as dg

from tracking_pipeline.settings import load_settings


@dg.definitions
def resources() -> dg.Definitions:
    """Define the settings, and one process a run: a process a step would cost 3 s each."""
    return dg.Definitions(resources={"settings": load_settings()}, executor=dg.in_process_executor)
