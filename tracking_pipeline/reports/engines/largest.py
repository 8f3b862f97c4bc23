"""Which clients a list keeps when it cannot hold every one: those with the largest cost."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from tracking_pipeline.reports.engines.economics import Economics
from tracking_pipeline.reports.engines.standings import ClientScore, Standing

IN_CHARTS: Final = 6
"""More columns or lines than that cannot be told apart."""

IN_TABLES: Final = 10
"""So many rows a reader of the executive edition goes through."""

IN_CARDS: Final = 30
IN_REFERENCES: Final = 7
"""So many clients' engines (14 each) and metrics (70 each) make about 500 rows."""

OfClient = TypeVar("OfClient", Standing, ClientScore, Economics)


def largest(
    found: Sequence[OfClient], economics: Iterable[Economics], most: int
) -> tuple[OfClient, ...]:
    """Return what is of the ``most`` clients with the largest operational cost, in its order.

    The total stays; of clients with equal costs those of the first keys do.
    """
    costs = {each.client_id: each.operational_cost_usd or 0.0 for each in economics}
    clients = sorted({each.client_id for each in found if each.client_id})
    kept = sorted(clients, key=lambda client: -costs.get(client, 0.0))[:most]
    return tuple(each for each in found if each.client_id is None or each.client_id in kept)


def left_out(found: Sequence[OfClient], most: int, where: str) -> str:
    """Return how many clients are not shown, and ``where`` they are; empty when all are."""
    n_clients = len({each.client_id for each in found if each.client_id})
    if n_clients <= most:
        return ""
    return f"The {most} of {n_clients} clients with the largest cost; {where}"
