import csv

from tracking_pipeline.pipeline.building import SQL_PROJECT
from tracking_pipeline.sources.registry import SOURCES


def test_the_systems_shown_to_people_have_the_zones_that_the_sources_declare() -> None:
    with (SQL_PROJECT / "seeds/systems.csv").open(newline="") as file:
        shown = {(row["source"], row["system"]): row["timezone"] for row in csv.DictReader(file)}
    declared = {(source.name, source.system): source.timezone for source in SOURCES.values()}
    assert shown == declared


def test_every_pattern_is_said_in_words() -> None:
    kinds = [kind for source in SOURCES.values() for kind in source.kinds]
    unsaid = [f for kind in kinds for f in kind.fields if f.pattern and not f.expects]
    assert unsaid == []
