"""Files that tell of more people or teams than one delivery may bring."""

import duckdb

from tracking_pipeline.sources.record import Source
from tracking_pipeline.sources.strict import RefusedError
from tracking_pipeline.warehouse.swap import quote

_CROWDED = """
select file_id, n_people, n_clients
from (
    select
        file_id,
        count(distinct engineer_hash) as n_people,
        count(distinct client_id) as n_clients,
    from ({named})
    group by file_id
)
where n_people > $1 or n_clients > $2
"""


def crowded(con: duckdb.DuckDBPyConnection, source: Source) -> dict[str, RefusedError]:
    """Return why files are refused as a whole, by file id, given what was parsed of them."""
    if source.most is None:
        return {}
    named = " union all ".join(
        f"select file_id, client_id, {'engineer_hash' if kind.person else 'null'} as engineer_hash "
        f"from {quote(f'parsed_{kind.name}')}"
        for kind in source.kinds
    )
    found = con.execute(_CROWDED.format(named=named), list(source.most)).fetchall()
    may = "a file may tell of {:,} and of {:,}: deliver it in parts".format(*source.most)
    return {
        file_id: RefusedError(
            "too_many", f"tells of {n_people:,} people and {n_clients:,} teams, {may}"
        )
        for file_id, n_people, n_clients in found
    }
