"""What a team's months and quarters stand on."""

from typing import Final

import duckdb

from tracking_pipeline.reports.draft import Versions
from tracking_pipeline.reports.engines.frame import said_versions
from tracking_pipeline.reports.period import Rhythm

_MARTS: Final = (
    "team_value",
    "engineer_value",
    "engineer_capability_value",
    "platform_value",
    "capability_value",
)
# Contents, not batches: a file that says the same again moves nothing.
_COMPUTED: Final = """
    select client_id as subject, start_date as start, hash(told) as said
    from (select * exclude (last_batch_id) from marts.{mart}) as told
    where window_kind = '{rhythm}'
"""
_DATED: Final = """
    select client_id as subject, date_trunc('{rhythm}', {at})::date as start, hash(told) as said
    from {relation} as told
"""
# What it says of an export it says of its capabilities, which come in the same file.
_EXPORTS: Final = "(select * exclude (last_batch_id) from marts.counted_exports where is_counted)"
_SHOWN: Final = """
with
computed as ({computed}),
exports as ({exports}),
periods as (
    select subject, start from computed
    union
    select subject, start from exports
),
shown as (
    from computed
    union all
    from exports
    union all
    select subject, (start + interval 1 {rhythm})::date, hash((said, 'before')) from computed
    union all
    {days}
    union all
    {mismatches}
    union all
    select subject, start, hash((engineer_email, installation_date))
    from periods
    inner join marts.engineer_profile as profiles on profiles.client_id = periods.subject
    union all
    select subject, start, hash((assumption_id, base, source))
    from periods
    cross join seeds.assumptions as assumed
    where assumed.system = 'telemetry'
)
select subject, start, printf('%x', bit_xor(said)) as said
from shown
semi join periods using (subject, start)
where $1 is null or subject = $1
group by subject, start
"""


def versions(
    con: duckdb.DuckDBPyConnection, subject: str | None, rhythm: Rhythm = "month"
) -> Versions:
    """Return what each team's months, or quarters, stand on."""
    computed = (_COMPUTED.format(mart=mart, rhythm=rhythm) for mart in _MARTS)
    days = "(select * exclude (last_batch_id) from marts.engineer_days)"
    mismatches = "(from marts.value_export_checks where is_mismatch)"
    query = _SHOWN.format(
        rhythm=rhythm,
        computed="union all".join(computed),
        exports=_DATED.format(rhythm=rhythm, at="exported_at", relation=_EXPORTS),
        days=_DATED.format(rhythm=rhythm, at="metric_date", relation=days),
        mismatches=_DATED.format(rhythm=rhythm, at="exported_at", relation=mismatches),
    )
    return said_versions(con, query, subject, "telemetry")
