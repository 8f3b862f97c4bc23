from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from tracking_pipeline.errors import SettingsError
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.keys import pseudonym_key
from tracking_pipeline.state.store import deliveries, migrate, open_store


def test_a_store_is_migrated_once_and_keeps_what_it_holds(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with open_store(settings) as store:
        assert sa.inspect(store).has_table("deliveries")
    with open_store(settings) as store, store.begin() as connection:
        steps = connection.execute(sa.text("select version from state_version")).scalars().all()
        assert steps == list(range(1, migrate(store) + 1))


def test_an_older_store_gets_the_column_that_it_lacks(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with open_store(settings) as store, store.begin() as connection:
        connection.execute(sa.text("alter table deliveries drop column stamp"))
        connection.execute(sa.text("delete from state_version where version >= 5"))
    with open_store(settings) as store:
        names = [column["name"] for column in sa.inspect(store).get_columns("deliveries")]
    assert "stamp" in names


def test_the_state_folder_is_private(tmp_path: Path) -> None:
    with open_store(Settings(home=tmp_path)):
        assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


def test_a_url_names_another_store(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with open_store(settings, f"sqlite:///{tmp_path}/elsewhere.sqlite") as store:
        assert sa.inspect(store).has_table(deliveries.name)
    assert not settings.state_dir.exists()


def test_the_key_is_drawn_once_even_by_rivals(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: pseudonym_key(settings), range(32)))
    assert len(keys) == 1
    assert len(keys.pop()) == 32


def test_only_the_owner_reads_the_key_and_nothing_else_is_left(tmp_path: Path) -> None:
    pseudonym_key(Settings(home=tmp_path))
    (file,) = (tmp_path / "state").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_two_homes_have_different_keys(tmp_path: Path) -> None:
    one, other = (pseudonym_key(Settings(home=tmp_path / name)) for name in ("a", "b"))
    assert one != other


def test_a_damaged_key_is_refused_rather_than_replaced(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    pseudonym_key(settings)
    (tmp_path / "state" / "pseudonym.key").write_bytes(b"short")
    with pytest.raises(SettingsError, match="5 bytes"):
        pseudonym_key(settings)
