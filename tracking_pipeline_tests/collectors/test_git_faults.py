from collections.abc import Callable
from pathlib import Path

import pytest

from tracking_pipeline.collectors.git_history import Repository
from tracking_pipeline.collectors.recorder import TelemetryRecorder
from tracking_pipeline.collectors.store import RecorderError
from tracking_pipeline_tests.collectors.scenario import (
    BOB,
    Clock,
    Repo,
    git_days,
    recorder,
)


def partial_clone(folder: Path) -> Repo:
    """A clone of two commits of Ada and one of Bob that lacks the first version of the file."""
    origin = Repo(folder / "origin")
    origin.git("config", "uploadpack.allowFilter", "true")
    for content in ("1\n", "1\n2\n"):
        origin.commit("a.txt", content)
    origin.commit("b.txt", "b\n", author=BOB)
    return origin.clone(folder / "partial", "--filter=blob:none")


def lacking(repo: Repo) -> list[str]:
    objects = repo.git("rev-list", "--objects", "--all", "--missing=print").splitlines()
    return [line for line in objects if line.startswith("?")]


def test_what_a_partial_clone_lacks_is_told_and_never_fetched(tmp_path: Path) -> None:
    clone, made = partial_clone(tmp_path), recorder(tmp_path)
    clone.git("config", "protocol.file.allow", "always")
    before = lacking(clone)
    with pytest.raises(RecorderError, match="partial clone: git fetch --refetch --no-filter"):
        made.collect(Repository(clone.folder))
    assert lacking(clone) == before != []
    assert git_days(made) == {}


def test_no_command_of_a_remote_is_run(tmp_path: Path) -> None:
    clone, made = partial_clone(tmp_path), recorder(tmp_path)
    clone.git("config", "remote.origin.url", "ssh://machine.example/repository")
    clone.git("config", "core.sshCommand", f"touch '{tmp_path}/ran'; false")
    with pytest.raises(RecorderError, match="partial clone"):
        made.collect(Repository(clone.folder))
    assert not (tmp_path / "ran").exists()


def test_a_partial_clone_counts_once_it_is_complete(tmp_path: Path) -> None:
    clone, made = partial_clone(tmp_path), recorder(tmp_path)
    clone.git("fetch", "--quiet", "--refetch", "--no-filter")
    made.collect(Repository(clone.folder))
    assert git_days(made) == {"2025-11-12": (2, 0, 2, 0)}


def test_of_a_partial_clone_counts_what_was_committed_in_it(tmp_path: Path) -> None:
    clone = partial_clone(tmp_path)
    clone.commit("b.txt", "b\nc\n", author=BOB)
    made = TelemetryRecorder(tmp_path / "home", Clock())
    made.setup_engineer_profile("Bob", BOB, consent=True)
    made.collect(Repository(clone.folder))
    assert git_days(made) == {"2025-11-12": (2, 0, 2, 0)}


def no_repository(repo: Repo) -> None:
    (repo.folder / ".git").rename(repo.folder / "not.git")


def no_folder(repo: Repo) -> None:
    repo.folder.rename(repo.folder.with_name("elsewhere"))


def copied_ref(repo: Repo) -> None:
    heads = repo.folder / ".git" / "refs" / "heads"
    (heads / "main 2").write_bytes((heads / "main").read_bytes())


def garbled_ref(repo: Repo) -> None:
    (repo.folder / ".git" / "refs" / "heads" / "topic").write_text("garbage\n")


def lost_objects(repo: Repo) -> None:
    (repo.folder / ".git" / "objects").rename(repo.folder / "objects")
    (repo.folder / ".git" / "objects").mkdir()


def bad_settings(repo: Repo) -> None:
    (repo.folder / ".git" / "config").write_text("[core\n")


@pytest.mark.parametrize(
    ("fault", "reason", "fix"),
    [
        (no_repository, "not a git repository", "Name a git repository"),
        (no_folder, "cannot change to", "Name a folder that is there"),
        (copied_ref, "refs/heads/main 2", "sync program's copy: delete that file"),
        (garbled_ref, "refs/heads/topic", "Write into that file the commit that it named"),
        (lost_objects, "bad object", "git fsck names"),
        (bad_settings, "bad config line 1 in file", "Mend that line"),
    ],
)
def test_a_fault_says_what_is_wrong_and_a_fix_that_fits(
    tmp_path: Path, fault: Callable[[Repo], None], reason: str, fix: str
) -> None:
    repo, made = Repo(tmp_path / "repo"), recorder(tmp_path)
    repo.commit("a.txt", "1\n")
    fault(repo)
    with pytest.raises(RecorderError, match=f"^{repo.folder}: .*{reason}.*{fix}"):
        made.collect(Repository(repo.folder))
