"""The command line: ``tracking``. Commands import what they need, so that help stays instant."""

import click

from tracking_pipeline.cli import jobs, looking, outbox, people, quarantine, value
from tracking_pipeline.errors import TrackingError, disk_full
from tracking_pipeline.settings import load_settings


class _Commands(click.Group):
    """Prints our own errors as one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except TrackingError as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            full = disk_full(error)
            if full is None:
                raise
            raise click.ClickException(str(full)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tracking-pipeline")
@click.pass_context
def main(context: click.Context) -> None:
    """Collect what AI engines leave behind; report figures that can be trusted and traced.

    State lives under TRACKING_HOME (default .tracking), input under TRACKING_LANDING.
    """
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
