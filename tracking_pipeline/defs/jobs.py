import dagster as dg

COLLECTION = "collection"
DURABLE_RETRY = {"tracking/retry": "durable"}

ingest_and_build = dg.define_asset_job(
    "ingest_and_build",
    dg.AssetSelection.all(),
    description="Loads the new files, brings every model up to date with its tests, validates, "
    "analyses, publishes, and writes the reports that are owed. The sensor `new_files` starts it.",
    tags=DURABLE_RETRY,
)

weekly = dg.define_asset_job(
    "weekly",
    dg.AssetSelection.all(),
    description="The same on Sunday at 09:00: the report of the week that ended, and every other "
    "report that is owed.",
    tags=DURABLE_RETRY,
)


rebuild_everything = dg.define_asset_job(
    "rebuild_everything",
    dg.AssetSelection.all(),
    description="Sets the warehouse aside, fills it anew from the archive of delivered files, and "
    "builds everything on it. For a damaged warehouse, or new rules for old records.",
    config={"ops": {"landed_tables": {"config": {"from_archive": True}}}},
)
