"""Every source that the product reads, by the name of its landing folder."""

from tracking_pipeline.sources import engine_logs, engine_metrics, uptime
from tracking_pipeline.sources.record import Source
from tracking_pipeline.sources.telemetry.source import SOURCE as TELEMETRY

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (engine_logs.SOURCE, engine_metrics.SOURCE, uptime.SOURCE, TELEMETRY)
}
