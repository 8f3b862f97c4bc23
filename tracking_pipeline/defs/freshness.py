"""How old data and reports may become before Dagster calls them overdue."""

from datetime import timedelta

import dagster as dg

USUAL_INTERVAL = timedelta(days=7)  # of deliveries: at least one a week
LANDED = dg.FreshnessPolicy.time_window(fail_window=2 * USUAL_INTERVAL, warn_window=USUAL_INTERVAL)
# A week and the day in which its report may come late.
REPORTED = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=8))
# A month and the week in which its reports may come late.
REPORTED_MONTHLY = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=38))
# A quarter and the week in which its reports may come late.
REPORTED_QUARTERLY = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=99))
