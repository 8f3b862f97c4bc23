import dagster as dg

from tracking_pipeline.defs.jobs import DELIVERY, is_under_way, is_writing
from tracking_pipeline.pipeline import messages
from tracking_pipeline.settings import Settings, load_settings


@dg.definitions
def delivery() -> dg.Definitions:
    """Define the job that sends messages, and its schedule where a mail server is set."""
    return dg.Definitions(jobs=[deliver], schedules=[half_past(load_settings())])


@dg.op
def send_messages(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    """Compose the summaries of the week that ended, and send each message that is due, once."""
    context.log.info(messages.send_messages(settings).sentence())


@dg.job(
    name=DELIVERY,
    description="Sends the weekly summaries, to each engineer their own and to the stakeholders "
    "the team's, once each; what the mail server refuses is tried again after 1, 4 and 24 hours.",
)
def deliver() -> None:
    """Send what is due."""
    send_messages()


def half_past(settings: Settings) -> dg.ScheduleDefinition:
    """Return the schedule that sends what is due every hour; it runs when a mail server is set."""
    running, stopped = dg.DefaultScheduleStatus.RUNNING, dg.DefaultScheduleStatus.STOPPED

    @dg.schedule(
        job=deliver,
        cron_schedule="30 * * * *",
        execution_timezone=settings.timezone,
        default_status=running if settings.smtp_host else stopped,
        name="messages_at_half_past",
        description="Messages that are due, every hour; new summaries on Sundays from 09:30.",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if is_writing(context.instance) or is_under_way(context.instance, DELIVERY):
            return dg.SkipReason("A run that builds or sends is under way; the next hour sends.")
        return dg.RunRequest()

    return tick
