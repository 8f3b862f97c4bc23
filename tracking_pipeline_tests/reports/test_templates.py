from pathlib import Path

import pytest

from tracking_pipeline.reports.writers.templates import Compiled, environment


@pytest.mark.parametrize("folder", ["there", "missing"])
def test_templates_are_compiled_once_where_that_can_be_kept(folder: str, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for _ in range(2):
        jinja = environment()
        jinja.bytecode_cache = Compiled(str(tmp_path / folder))
        assert jinja.get_template("report.md.j2").name == "report.md.j2"
    assert bool(list(tmp_path.rglob("*.cache"))) == (folder == "there")
