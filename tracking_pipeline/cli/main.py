"""The command line: ``tracking``. Commands import what they need, so that help stays instant."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper

import click

from tracking_pipeline.cli import jobs, looking, outbox, people, quarantine, value
from tracking_pipeline.errors import TrackingError, machine_fault
from tracking_pipeline.settings import load_settings
from tracking_pipeline.warehouse.pandas_spared import spare_pandas

# A command makes many objects and few cycles: to look for these as often as Python does by itself
# is a tenth of its CPU.
_NEW_OBJECTS_A_LOOK = 50_000
_BEYOND_THE_CALENDAR = "date value out of range"


class _Commands(click.Group):
    """Prints our own errors, and the system's, as one sentence, without a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for argument in args:
            # Only a file may have a name that is no text.
            if not _is_text(argument) and not os.path.lexists(argument):
                raise click.UsageError(f"{argument!r} is no text", ctx)
        with _told():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        # A name that is no text is shown all the same.
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        with _told():
            return super().invoke(ctx)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except TrackingError as error:
        raise click.ClickException(str(error)) from error
    except OverflowError as error:
        if _BEYOND_THE_CALENDAR not in str(error):
            raise
        told = f"{error}: the calendar begins with year 1 and ends with 9999, in every zone"
        raise click.ClickException(f"{told}. Give dates within it") from error
    except Exception as error:
        fault = machine_fault(error)
        if fault is None:
            raise
        raise click.ClickException(str(fault)) from error


def _is_text(argument: str) -> bool:
    return argument == argument.encode(errors="replace").decode() and "\0" not in argument


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tracking-pipeline")
@click.pass_context
def main(context: click.Context) -> None:
    """Collect what AI engines leave behind; report figures that can be trusted and traced.

    State lives under TRACKING_HOME (default .tracking), input under TRACKING_LANDING.
    """
    gc.set_threshold(_NEW_OBJECTS_A_LOOK)
    spare_pandas()
    context.obj = load_settings()


for command in (
    *(jobs.run, jobs.up, jobs.ingest, jobs.collect, jobs.validate, jobs.doctor, jobs.rebuild),
    *(
        value.value,
        looking.figures,
        looking.report,
        looking.tables,
        quarantine.quarantine,
        outbox.outbox,
        people.erase,
    ),
):
    main.add_command(command)
