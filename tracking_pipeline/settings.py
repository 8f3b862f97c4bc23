"""Every setting of the product, typed, in one place. Each is read from ``TRACKING_<NAME>``."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableError

from tracking_pipeline.errors import SettingsError
from tracking_pipeline.keys import key_fault
from tracking_pipeline.zones import is_known


def _known_zone(name: str) -> str:
    if not is_known(name):
        message = f"{name!r} is not an IANA time zone such as 'America/Toronto'"
        raise ValueError(message)
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]


def _web_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        message = "an endpoint's url is http(s)://host/path, without a user or password"
        raise ValueError(message)
    return address


class Endpoint(BaseModel):
    """Where an HTTP API is asked; ``token_variable`` names the variable with its bearer token."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, AfterValidator(_web_address)]
    token_variable: str = ""


# It is a folder's name.
EndpointName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


def _key(name: str) -> str:
    if fault := key_fault(name):
        message = f"{name!a} {fault}"
        raise ValueError(message)
    return name


# As the warehouse engine reads it.
MemoryLimit = Annotated[
    str, StringConstraints(pattern=r"^(?i:[1-9][0-9]{0,5}(\.[0-9]+)? ?[KMGT]i?B)$")
]


class Settings(BaseSettings):
    """All settings; with no arguments they come from the environment."""

    # A variable that is empty is one that is not set: an empty path would be the folder one is in.
    model_config = SettingsConfigDict(
        env_prefix="TRACKING_",
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )

    home: Path = Field(
        default=Path(".tracking"), description="folder that holds all state; two homes never touch"
    )
    landing: Path | None = Field(
        default=None,
        description="folder where files are dropped; default `landing` inside the home",
    )
    timezone: Zone = Field(
        default="UTC", description="reporting time zone: what a day, week and month are"
    )
    source_timezones: dict[str, Zone] = Field(
        default_factory=dict,
        description="JSON object: source → zone of its naive timestamps, over the declared one",
    )
    engineer_timezones: dict[str, Zone] = Field(
        default_factory=dict,
        repr=False,
        description="JSON object: an engineer's e-mail → the zone of their naive timestamps",
    )
    client_id: Annotated[str, AfterValidator(_key)] = Field(
        default="default", description="client that sources without a client of their own belong to"
    )
    engine_endpoints: dict[EndpointName, Endpoint] = Field(
        default_factory=dict,
        repr=False,
        description='JSON object: name → {"url": …, "token_variable": …} of the HTTP APIs that are '
        "asked for engine metrics every 15 minutes; the token stands in the variable of that name",
    )
    endpoint_seconds: float = Field(
        default=60.0, gt=0, le=86400, description="how long one endpoint may take for all its pages"
    )
    allowed_hosts: str = Field(
        default="",
        description="hosts, separated by commas, that may be asked although their address is "
        "private or this computer's",
    )
    stable_seconds: float = Field(
        default=2.0,
        ge=0,
        le=86400,
        description="a file is read when it has not changed for this long",
    )
    last_line_minutes: float = Field(
        default=60.0,
        ge=0,
        description="an unterminated last line is read when its file has not changed for this long",
    )
    future_tolerance_minutes: float = Field(
        default=10.0,
        ge=0,
        le=525600,
        description="a record stamped later than this from now is quarantined",
    )
    max_record_bytes: int = Field(
        default=16 * 2**20, gt=0, le=2**40, description="a longer record is quarantined (bytes)"
    )
    max_expanded_bytes: int = Field(
        default=20 * 2**30,
        gt=0,
        le=2**50,
        description="a compressed file that grows beyond is quarantined (bytes)",
    )
    max_expansion_ratio: float = Field(
        default=200.0, gt=1, le=2**20, description="likewise, expanded over compressed size"
    )
    max_json_depth: int = Field(
        default=64, gt=0, le=512, description="a record nested deeper is quarantined (levels)"
    )
    quarantine_raw_bytes: int = Field(
        default=64 * 2**10,
        gt=0,
        le=2**30,
        description="how much of a quarantined record is kept to look at (bytes)",
    )
    memory_limit: MemoryLimit = Field(
        default="1GB", description="memory the warehouse engine may use before it spills to disk"
    )
    threads: int = Field(
        default=0, ge=0, le=1024, description="threads of the warehouse engine; 0 means one a core"
    )
    writer_wait_seconds: float = Field(
        default=600.0,
        ge=0,
        le=86400,
        description="how long a writer waits for another one to finish",
    )
    individual_rankings: bool = Field(
        default=True, description="whether team reports rank engineers"
    )
    ranking_minimum_team: int = Field(
        default=5,
        ge=2,
        le=2**31,
        description="engineers are ranked in teams of this size and larger",
    )
    name_engineers: bool = Field(
        default=False, description="whether team reports name engineers instead of a pseudonym"
    )
    smtp_host: str = Field(default="", description="mail server; without one nothing is sent")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="port of the mail server")
    smtp_user: str = Field(default="", repr=False, description="user at the mail server")
    smtp_password: str = Field(default="", repr=False, description="password at the mail server")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="starttls, tls or none: how the connection to it is secured"
    )
    email_from: str = Field(default="", description="address that messages come from")
    email_engineers: bool = Field(
        default=False, description="whether each engineer gets their own weekly summary"
    )
    email_team: str = Field(
        default="", description="addresses, separated by commas, that get the team's weekly summary"
    )
    portal_port: int = Field(
        default=8787, ge=0, le=65535, description="loopback port of the report shelf"
    )
    dagster_port: int = Field(
        default=3000, ge=0, le=65535, description="loopback port of the Dagster UI"
    )
    pg: Literal["", "embedded"] = Field(
        default="", description="`embedded` runs a PostgreSQL of our own for Dagster's storage"
    )
    pg_url: str = Field(
        default="", repr=False, description="PostgreSQL address for Dagster's storage"
    )

    @field_validator("*")
    @classmethod
    def _is_text(cls, value: object) -> object:
        if isinstance(value, str | Path) and not str(value).isprintable():
            message = "holds what is no text"
            raise ValueError(message)
        return value

    @cached_property
    def home_dir(self) -> Path:
        """The home as an absolute path."""
        return self.home.expanduser().absolute()

    @cached_property
    def landing_dir(self) -> Path:
        """The landing folder as an absolute path."""
        return self.landing.expanduser().absolute() if self.landing else self.home_dir / "landing"

    @property
    def archive_dir(self) -> Path:
        """Immutable delivered bytes, by content hash. Private."""
        return self.home_dir / "archive"

    @property
    def warehouse_file(self) -> Path:
        """The one DuckDB file that a single writer owns. Private."""
        return self.home_dir / "warehouse" / "warehouse.duckdb"

    @property
    def snapshots_dir(self) -> Path:
        """Published read-only snapshots and the event files beside them."""
        return self.home_dir / "snapshots"

    @property
    def tables_dir(self) -> Path:
        """The published tables for other tools: Parquet files and one DuckDB file."""
        return self.home_dir / "tables"

    @property
    def reports_dir(self) -> Path:
        """The immutable report archive."""
        return self.home_dir / "reports"

    @property
    def state_dir(self) -> Path:
        """People's decisions, the delivery ledger and the pseudonym key. Private."""
        return self.home_dir / "state"

    @property
    def demo_file(self) -> Path:
        """The mark of a demo home, and which demo company it holds."""
        return self.home_dir / "DEMO"

    @property
    def is_demo(self) -> bool:
        """Whether simulated figures count here, and every page and report says so."""
        return self.demo_file.exists()


def load_settings(**overrides: object) -> Settings:
    """Return the environment's settings under ``overrides``; SettingsError names the variable."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except UnreadableError as error:
        raise SettingsError(
            "TRACKING_*", str(error), "Write that variable as a JSON object"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        name = "TRACKING_" + "_".join(str(part) for part in first["loc"][:1]).upper()
        raise SettingsError(
            name, str(first["msg"]), "See the table of settings in docs/operations.md"
        ) from error
