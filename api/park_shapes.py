"""The tables and keys of park.toml, and what each may hold."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

HOURS = r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$"


def checked_zone(name: str) -> str:
    """An IANA time zone's name. Raises ValueError."""
    try:
        ZoneInfo(name)
    except Exception:
        raise ValueError(f'"{name}" is not an IANA time zone like America/Denver') from None
    return name


Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
Zone = Annotated[str, AfterValidator(checked_zone)]
Hours = Annotated[str, Field(pattern=HOURS)]


class Table(BaseModel):
    """A table that allows no other keys."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Park(Table):
    """[park]"""

    name: str = Field(min_length=1, max_length=200)
    time_zone: Zone
    heartbeat: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    exit: dict[str, float] = {}


class Objective(Table):
    """[objective], in minutes of a ranger's time."""

    missed_bear: Annotated[float, Field(gt=0, strict=False)] = 3000
    false_warning: Annotated[float, Field(gt=0, strict=False)] = 60
    review: Annotated[float, Field(gt=0, strict=False)] = 2
    alerts_a_day: Annotated[float, Field(gt=0, strict=False)] = 12


class Site(Table):
    """[[site]]"""

    id: Id
    name: str = Field(min_length=1, max_length=200)
    time_zone: Zone | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, strict=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, strict=False)]
    sensitive: bool = False


class Camera(Table):
    """[[camera]]"""

    id: Id
    site: Id
    kind: Literal["stream", "trail", "file"]
    url: str | None = None
    group: Id | None = None


class Receiver(Table):
    """[[receiver]]"""

    id: Id
    site: Id
    audience: Literal["rangers", "campers"]
    url: str
    second: Id | None = None
    hours: Hours | None = None


class Step(Table):
    """One step of a duty's chain."""

    receivers: list[Id] = Field(min_length=1)
    after_minutes: Annotated[float, Field(ge=0, le=1440, strict=False)]


class Duty(Table):
    """[[duty]]"""

    site: Id
    hours: Hours | None = None
    chain: list[Step] = Field(min_length=1)


class File(Table):
    """All of park.toml."""

    park: Park
    objective: Objective = Objective()
    site: list[Site] = []
    camera: list[Camera] = []
    receiver: list[Receiver] = []
    duty: list[Duty] = []
