"""The commands of the recorder, for a shell and for the git hook."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from .git_history import Repository
from .hook import install
from .recorder import TelemetryRecorder
from .store import ConsentError, RecorderError, make_private

if TYPE_CHECKING:
    from collections.abc import Sequence

_RECORDED = """Recorded, in {home} on this machine and nowhere else until you deliver it:
your name and e-mail address, this machine's name, system, processor, memory; the time, duration
and outcome of assistant capabilities; tokens, time and calls saved; suggestions taken; and of the
repositories you name, how many commits, merges and lines are yours on which day.
No code, no prompts, no file names. You can withdraw at any time: `withdraw`."""
_HOOK_DAYS = 14


def main(arguments: Sequence[str]) -> int:
    """Run one command; 0 when it did what it says, 1 with a line on stderr when it could not."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parser().parse_args(arguments)
        _say(options.run(TelemetryRecorder(options.home), options) + "\n")
    except BrokenPipeError:
        # Nobody reads on, and Python would say so when it flushes once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (RecorderError, OSError) as error:
        if sys.stderr:
            sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _say(text: str) -> None:
    """Write ``text`` where anybody listens."""
    if sys.stdout:
        sys.stdout.write(text)
        sys.stdout.flush()


def _setup(recorder: TelemetryRecorder, options: argparse.Namespace) -> str:
    question = f"{_RECORDED.format(home=recorder.home)}\nDo you consent? Type yes: "
    profile = recorder.setup_engineer_profile(
        options.name,
        options.email,
        consent=options.consent or _is_yes(question),
        git_addresses=options.git_address,
        cortex_version=options.cortex_version,
    )
    told = (f"{name}: {value}" for name, value in profile.items() if value is not None)
    return "\n".join(("Recording.", *told))


def _is_yes(question: str) -> bool:
    _say(question)
    return bool(sys.stdin) and sys.stdin.readline().strip().lower() in {"y", "yes"}


def _withdraw(recorder: TelemetryRecorder, options: argparse.Namespace) -> str:
    question = f"Delete what is recorded in {recorder.home} as well? Type yes: "
    is_deleted = options.delete or (not options.keep and _is_yes(question))
    recorder.withdraw_consent(delete_local_data=is_deleted)
    return "Nothing is recorded any more" + (", and all is deleted here." if is_deleted else ".")


def _export(recorder: TelemetryRecorder, options: argparse.Namespace) -> str:
    file = recorder.export_performance_report(options.days, options.folder)
    return f"{recorder.executive_summary(options.days)}\nWritten: {file}"


def _collect(recorder: TelemetryRecorder, options: argparse.Namespace) -> str:
    return "\n".join(
        f"{folder}: {len(recorder.collect(Repository(folder)))} days changed"
        for folder in options.repositories
    )


def _hook(recorder: TelemetryRecorder, _: argparse.Namespace) -> str:
    """Collect in the background: a fault goes where the engineer can find it."""
    repository = Repository(Path.cwd())
    if repository.is_rebasing():
        return ""
    since = date.today() - timedelta(days=_HOOK_DAYS)  # noqa: DTZ011 - dates here are local
    try:
        return "\n".join(recorder.collect(repository, since.isoformat()))
    except ConsentError:
        raise
    except RecorderError as error:
        if recorder.home.exists():
            make_private(recorder.home / "hook.log")
            (recorder.home / "hook.log").write_text(f"{error}\n", encoding="utf-8")
        raise


def _install_hook(recorder: TelemetryRecorder, options: argparse.Namespace) -> str:
    recorder.git_addresses()
    files = (install(Repository(folder), recorder.home) for folder in options.repositories)
    return "\n".join(str(file) for found in files for file in found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="telemetry_recorder", description=__doc__)
    parser.add_argument("--home", help="where to record (default: TELEMETRY_HOME)")
    commands = parser.add_subparsers(required=True, metavar="command")
    setup = commands.add_parser("setup", help="say who you are, and consent")
    setup.add_argument("--name", required=True)
    setup.add_argument("--email", required=True)
    setup.add_argument("--git-address", action="append", default=[], help="of more of your commits")
    setup.add_argument("--cortex-version")
    setup.add_argument("--consent", action="store_true", help="consent without being asked")
    setup.set_defaults(run=_setup)
    withdraw = commands.add_parser("withdraw", help="stop recording")
    withdraw.add_argument("--delete", action="store_true", help="and delete, without being asked")
    withdraw.add_argument("--keep", action="store_true", help="and keep, without being asked")
    withdraw.set_defaults(run=_withdraw)
    export = commands.add_parser("export", help="write what to deliver, and a summary")
    export.add_argument("--days", type=int, default=30)
    export.add_argument("--folder", help="such as the team's landing folder")
    export.set_defaults(run=_export)
    for name, run, purpose in (
        ("collect", _collect, "count your commits in the history of repositories"),
        ("install-hook", _install_hook, "count commits as they are made"),
    ):
        command = commands.add_parser(name, help=purpose)
        command.add_argument("repositories", nargs="*", default=["."])
        command.set_defaults(run=run)
    commands.add_parser("hook").set_defaults(run=_hook)
    return parser
