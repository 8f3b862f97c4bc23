"""What several report tests look at: the scenario's model and files, rendered once."""

import pytest

from tracking_pipeline.reports.model import ReportModel
from tracking_pipeline.reports.render import rendered
from tracking_pipeline.reports.weekly import drafted
from tracking_pipeline_tests.reports import scenario


@pytest.fixture(scope="session")
def model() -> ReportModel:
    return scenario.model(scenario.warehouse())


@pytest.fixture(scope="session")
def files(model: ReportModel) -> dict[str, bytes]:
    return rendered(drafted(model))


@pytest.fixture(scope="session")
def hostile_files() -> dict[str, bytes]:
    return rendered(drafted(scenario.model(scenario.warehouse(scenario.HOSTILE))))
