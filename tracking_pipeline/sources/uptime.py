"""Uptime probes, and the uptime that their status page publishes (Upptime's files)."""

from tracking_pipeline.sources.places import unlanded
from tracking_pipeline.sources.record import (
    CONTENT,
    PROVENANCE,
    Default,
    Field,
    RecordKind,
    Source,
)

_SLUG = Field(
    "slug",
    "VARCHAR",
    ("slug",),
    required=True,
    pattern=r"[^\s/@]+",
    expects="a name without spaces, slashes and @",
    is_key=True,
)
_STATUS = Field(
    "status",
    "VARCHAR",
    ("status",),
    required=True,
    pattern="up|down|degraded",
    expects="up, down or degraded",
)

_PROBE_OBSERVATION = RecordKind(
    name="probe_observation",
    named_by=None,
    identity=("slug", "observed_at"),
    fields=(
        Field("observed_at", "TIMESTAMP", ("lastUpdated",), required=True),
        PROVENANCE,
        _SLUG,
        Field("url", "VARCHAR", ("url",), privacy="public"),
        _STATUS,
        Field("code", "BIGINT", ("code",)),
        Field("response_time_ms", "DOUBLE", ("responseTime",)),
        Field("is_up", "BOOLEAN", ("status",), sql="{value} = 'up'", reads="VARCHAR"),
    ),
    unlanded=unlanded("VARCHAR", "commit", "committed_at", "startTime", "generator"),
)

_PUBLISHED_UPTIME = RecordKind(
    name="published_uptime",
    named_by=None,
    identity=("content_hash", "line_number", CONTENT),
    fields=(
        PROVENANCE,
        _SLUG,
        Field("name", "VARCHAR", ("name",)),
        _STATUS,
        Field(
            "uptime_rate",
            "DOUBLE",
            ("uptime",),
            required=True,
            reads="VARCHAR",
            pattern=r"(100(\.0+)?|\d{1,2}(\.\d+)?)%",
            expects="a percentage such as 99.95%",
            sql="cast(trim({value}, '%') as double) / 100",
        ),
        Field("response_time_ms", "DOUBLE", ("time",)),
    ),
    unlanded=(
        *unlanded("VARCHAR", "url", "icon"),
        *unlanded("VARCHAR", "uptimeDay", "uptimeWeek", "uptimeMonth", "uptimeYear"),
        *unlanded("DOUBLE", "timeDay", "timeWeek", "timeMonth", "timeYear"),
        *unlanded("ANY", "dailyMinutesDown"),
    ),
)

SOURCE = Source(
    name="uptime",
    system="uptime",
    timezone="UTC",
    kinds=(_PROBE_OBSERVATION, _PUBLISHED_UPTIME),
    defaults=(
        Default("published_uptime", r"summary[^/]*\.json(\.(gz|zst))?$", is_rewritten=True),
        Default("probe_observation", r"\.ya?ml(\.(gz|zst))?$", stem="slug", is_rewritten=True),
        Default("probe_observation", is_rewritten=True),
    ),
)
