"""The tables and keys of park.toml, and what each may hold."""

import re
from ipaddress import ip_network
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rollout.notify import calling

HOURS = r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$"


def checked_zone(name: str) -> str:
    """An IANA time zone's name. Raises ValueError."""
    try:
        ZoneInfo(name)
    except Exception:
        raise ValueError(f'"{name}" is not an IANA time zone like America/Denver') from None
    return name


def checked_heartbeat(url: str) -> str:
    """An address that can be called. Raises ValueError."""
    fault = calling.unusable(url)
    if fault:
        raise ValueError(f'"{url}" is no address that can be called: {fault}')
    return url


def checked_network(text: str) -> str:
    """A network or a single address, as numbers. Raises ValueError."""
    try:
        return str(ip_network(text, strict=False))
    except ValueError:
        raise ValueError(
            f'"{text}" is no network: write one like "10.0.0.0/24", or an address like "10.0.0.7"'
        ) from None


CameraNetwork = Annotated[str, AfterValidator(checked_network)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
Zone = Annotated[str, AfterValidator(checked_zone)]
Hours = Annotated[str, Field(pattern=HOURS)]


class Table(BaseModel):
    """A table that allows no other keys."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[float, Field(ge=0, le=100_000)]


class Exit(Table):
    """[park.exit]: what the exit checklist asks for, where the park departs from the defaults."""

    shadow_days: Count | None = None
    coverage: Share | None = None
    min_encounters: Count | None = None
    min_both: Count | None = None
    min_matched_hours: Count | None = None
    recall_lower: Share | None = None
    precision_lower: Share | None = None
    trial_reviewed: Count | None = None
    minutes_to_verdict: Count | None = None
    pool: list[Annotated[list[str], Field(min_length=2)]] | None = None


class Trust(Table):
    """[park.trust]: what is asked of the rangers to know what is missed. 0 switches each off."""

    minutes_a_day: Annotated[float, Field(ge=0, le=240)] | None = None
    blind_share: Share | None = None
    seeded_share: Annotated[float, Field(ge=0, le=0.5)] | None = None
    second_share: Share | None = None


class Park(Table):
    """[park]"""

    name: str = Field(min_length=1, max_length=200)
    time_zone: Zone
    heartbeat: Annotated[str, AfterValidator(checked_heartbeat)] | None = None
    exit: Exit = Exit()
    trust: Trust = Trust()
    camera_networks: list[CameraNetwork] = []
    pictures_leave: bool = False
    blur_people: bool = True
    match_minutes: Annotated[int, Field(ge=1, le=240)] = 30
    alarm_hours: Annotated[float, Field(gt=0, le=1000)] = 24


class Objective(Table):
    """[objective], in minutes of a ranger's time."""

    missed_bear: Annotated[float, Field(gt=0)] = 3000
    false_warning: Annotated[float, Field(gt=0)] = 60
    review: Annotated[float, Field(gt=0)] = 2
    alerts_a_day: Annotated[float, Field(gt=0)] = 12


class Training(Table):
    """[training]: which labelled pictures the next training uses."""

    keep: Literal["all", "window"] = "all"
    window_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    most_per_camera: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class Budget(Table):
    """[storage.KIND]: what is dropped when it is older, and the oldest of it when there is more. None: no limit."""

    days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    gb: Annotated[float, Field(gt=0, le=1_000_000)] | None = None


class Storage(Table):
    """[storage]: budgets for each kind of evidence that may be dropped at all."""

    quiet: Budget = Budget()
    visits: Budget = Budget()
    alerts: Budget = Budget()
    clips: Budget = Budget()
    recordings: Budget = Budget()
    timelapse: Budget = Budget()


class Site(Table):
    """[[site]]"""

    id: Id
    name: str = Field(min_length=1, max_length=200)
    time_zone: Zone | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    sensitive: bool = False


Words = Annotated[str, Field(min_length=1, max_length=100)]


def checked_mail(text: str) -> str:
    """The address of a mail's sender, in small letters. Raises ValueError."""
    if not re.fullmatch(r"[!-?A-~]{1,64}@[a-z0-9.-]{1,255}", text.lower()):
        raise ValueError(f'"{text}" is no mail address like creek@park.example')
    return text.lower()


Sender = Annotated[str, AfterValidator(checked_mail)]


class Recognise(Table):
    """[camera.recognise]: what a camera's pictures are known by, besides its key."""

    login: Annotated[str, Field(pattern=r"^[A-Za-z0-9._@-]{1,40}$")] | None = None
    mail: Sender | None = None
    make: Words | None = None
    model: Words | None = None
    serial: Words | None = None


class Camera(Table):
    """[[camera]]"""

    id: Id
    site: Id
    kind: Literal["stream", "trail", "file"]
    url: str | None = None
    watch_url: str | None = None
    transport: Literal["tcp", "udp"] = "tcp"
    group: Id | None = None
    time_zone: Zone | None = None
    recognise: Recognise = Recognise()
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    known_clip: Annotated[str, Field(min_length=1, max_length=1000)] | None = None


class Receiver(Table):
    """[[receiver]]"""

    id: Id
    site: Id
    audience: Literal["rangers", "campers"]
    url: str
    second: Id | None = None
    hours: Hours | None = None
    reports: bool = False


class Step(Table):
    """One step of a duty's chain."""

    receivers: list[Id] = Field(min_length=1)
    after_minutes: Annotated[float, Field(ge=0, le=1440)]


class Duty(Table):
    """[[duty]]"""

    site: Id
    hours: Hours | None = None
    chain: list[Step] = Field(min_length=1)


class File(Table):
    """All of park.toml."""

    park: Park
    objective: Objective = Objective()
    training: Training = Training()
    storage: Storage = Storage()
    site: list[Site] = []
    camera: list[Camera] = []
    receiver: list[Receiver] = []
    duty: list[Duty] = []
