import csv
from pathlib import Path

import pytest

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.headline import LISTED, headline
from tracking_pipeline.reports.model import ReportModel
from tracking_pipeline_tests.reports.scenario import SYSTEM

CATALOGUE = Path(__file__).parents[2] / "dbt_like_sql" / "seeds" / "metrics.csv"


def test_the_list_is_data_that_a_user_may_change(model: ReportModel, tmp_path: Path) -> None:
    listed = tmp_path / "headline.csv"
    listed.write_text(
        "system,entity_id,metric\n"
        "another,campaign_generation,approval_rate\n"
        f"{SYSTEM},social_proof,approval_rate\n"
        f"{SYSTEM},campaign_generation,total_messages\n"
    )
    leading = headline(SYSTEM, model.figures, listed)
    assert [(f.entity_id, f.definition.metric) for f in leading] == [
        ("social_proof", "approval_rate"),
        ("campaign_generation", "total_messages"),
    ]


def test_a_line_without_an_entity_names_the_metric_of_any(
    model: ReportModel, tmp_path: Path
) -> None:
    listed = tmp_path / "headline.csv"
    listed.write_text(
        "system,entity_id,metric\n"
        f"{SYSTEM},google_search,success_rate\n"
        f"{SYSTEM},,success_rate\n"
        f"{SYSTEM},campaign_generation,total_messages\n"
    )
    leading = headline(SYSTEM, model.figures, listed)
    assert [(f.entity_id, f.definition.metric) for f in leading] == [
        ("google_search", "success_rate"),
        ("enrichment_decision", "success_rate"),
        ("website_analysis", "success_rate"),
        ("pattern_generation", "success_rate"),
    ]


def test_a_list_with_other_columns_is_refused(model: ReportModel, tmp_path: Path) -> None:
    listed = tmp_path / "headline.csv"
    listed.write_text("system,metric\n")
    with pytest.raises(ReportError, match="has other columns"):
        headline(SYSTEM, model.figures, listed)


def test_every_listed_figure_is_in_the_catalogue() -> None:
    with CATALOGUE.open(newline="") as stream:
        known = {(row["system"], row["metric"]) for row in csv.DictReader(stream)}
    with LISTED.open(newline="") as stream:
        listed = [(row["system"], row["metric"]) for row in csv.DictReader(stream)]
    assert listed
    assert set(listed) <= known
