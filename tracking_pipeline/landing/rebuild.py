"""A lost or damaged warehouse, built again from the archive alone."""

from datetime import datetime

from tracking_pipeline.landing.ingest import Progress, reconcile
from tracking_pipeline.landing.load import Reader
from tracking_pipeline.landing.summary import IngestSummary
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read as read_files
from tracking_pipeline.warehouse.connection import set_aside, writer


def rebuild(
    settings: Settings,
    *,
    now: datetime,
    progress: Progress = print,
    read: Reader = read_files,
) -> IngestSummary:
    """Set the warehouse aside, whatever its state, and load every journaled batch anew.

    The landing tables get the same rows as before, batch numbers included. The old file stays
    beside the new one until someone deletes it.
    """
    old = set_aside(settings, now)
    if old is not None:
        progress(f"the old warehouse is kept as {old.name}")
    with writer(settings) as con:
        return reconcile(settings, con, now=now, progress=progress, read=read)
