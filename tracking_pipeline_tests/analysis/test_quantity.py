import pytest

from tracking_pipeline.analysis.quantity import quantity


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.8147, "fraction", "81.5 %"),
        (0.00149, "fraction", "0.15 %"),
        (0.0, "fraction", "0.0 %"),
        (1168.26, "%", "1,168.3 %"),
        (75.95, "score", "76.0"),
        (5.0, "per_hour", "5.0 per hour"),
        (1234.5, "usd", "$1,234.50"),
        (0.0123, "usd", "$0.0123"),
        (0.03, "usd", "$0.03"),
        (-0.61, "usd", "−$0.61"),  # noqa: RUF001 - minus
        (-0.0017, "usd", "−$0.0017"),  # noqa: RUF001 - minus
        (-0.00001, "usd", "$0.00"),
        (3.0, "count", "3"),
        (2.4, "count", "2.4"),
        (1234.4, "count", "1,234"),
        (-2.0, "h", "−2.0 h"),  # noqa: RUF001 - minus
        (-0.04, "points", "0.0 points"),
        (-0.0, "score", "0.0"),
        (2.5, "per_day", "2.5 per day"),
        (2.0, "per_day", "2 per day"),
        (1.5, "light_years", "1.50 light years"),
        (None, "usd", "no data"),
    ],
)
def test_a_value_reads_in_the_words_of_its_unit(value: float | None, unit: str, said: str) -> None:
    assert quantity(value, unit) == said
