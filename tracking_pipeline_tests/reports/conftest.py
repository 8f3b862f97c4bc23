"""What several report tests look at: the scenario's model and files, rendered once."""

import pytest

from tracking_pipeline.reports.assemble import assemble_weekly
from tracking_pipeline.reports.model import ReportModel
from tracking_pipeline.reports.render import rendered
from tracking_pipeline_tests.reports import scenario


def _model(texts: tuple[str, ...]) -> ReportModel:
    return assemble_weekly(
        scenario.warehouse(texts),
        system=scenario.SYSTEM,
        week_start=scenario.WEEK,
        zone="UTC",
        as_of=scenario.AS_OF,
    )


@pytest.fixture(scope="session")
def model() -> ReportModel:
    return _model(())


@pytest.fixture(scope="session")
def files(model: ReportModel) -> dict[str, bytes]:
    return rendered(model)


@pytest.fixture(scope="session")
def hostile_files() -> dict[str, bytes]:
    return rendered(_model(scenario.HOSTILE))
