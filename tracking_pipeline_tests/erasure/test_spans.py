import itertools

from tracking_pipeline.landing.erasure.spans import outermost


def test_of_spans_within_each_other_the_outermost_stays_in_whatever_order_they_come() -> None:
    spans = [(0, 2), (0, 9), (3, 9), (9, 12), (20, 21)]
    for given in itertools.permutations(spans):
        assert outermost(given) == [(0, 9), (9, 12), (20, 21)]
