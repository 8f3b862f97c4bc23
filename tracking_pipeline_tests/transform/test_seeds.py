from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.project import load_project
from tracking_pipeline.transform.seeds import create_seed
from tracking_pipeline_tests.transform import scenario


def loaded(
    tmp_path: Path, csv: str, settings: str = "{}"
) -> list[tuple[tuple[str, str], list[object]]]:
    yaml = f"seeds: [{{name: s, config: {settings}}}]"
    folder = scenario.write_project(tmp_path, {"seeds/s.csv": csv, "seeds/s.yml": yaml})
    con = duckdb.connect()
    create_seed(con, load_project(folder).seeds["s"], "s")
    types = [(str(row[0]), str(row[1])) for row in con.execute("describe s").fetchall()]
    rows = con.execute("select * from s").fetchall()
    return [(column, [row[i] for row in rows]) for i, column in enumerate(types)]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ("1\n2", "INTEGER"),
        ("1\n2.5", "DOUBLE"),
        ("2026-01-01\n2026-12-31", "DATE"),
        ("2026-01-01 10:00:00", "TIMESTAMP"),
        ("true\nFALSE", "BOOLEAN"),
        ("1\ntrue", "VARCHAR"),
        ("", "INTEGER"),
    ],
)
def test_an_undeclared_column_has_the_type_that_dbt_infers(
    tmp_path: Path, fields: str, kind: str
) -> None:
    ((column, _),) = loaded(tmp_path, f"x\n{fields}\n")
    assert column == ("x", kind)


def test_declared_types_and_delimiter_are_kept_and_empty_fields_are_null(tmp_path: Path) -> None:
    csv = 'code;when\n007;2026-01-01\n"a;b";\n'
    settings = '{delimiter: ";", column_types: {code: varchar, when: timestamp}}'
    code, when = loaded(tmp_path, csv, settings)
    assert code == (("code", "VARCHAR"), ["007", "a;b"])
    assert when[0] == ("when", "TIMESTAMP")
    assert str(when[1][0]) == "2026-01-01 00:00:00"
    assert when[1][1] is None


@pytest.mark.parametrize(("row", "n_fields"), [("3", 1), ("3,4,5", 3)])
def test_a_row_of_another_width_is_refused(tmp_path: Path, row: str, n_fields: int) -> None:
    with pytest.raises(ProjectError, match=f"row 3 has {n_fields} fields and the header 2"):
        loaded(tmp_path, f"a,b\n1,2\n{row}\n")
