"""Encounters: what the model called a bear and what people saw, as one list."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.schemas.masks import Words
from api.schemas.watching import DoubtOut, SightingOut
from store.vocabulary import EncounterKind, Stage, Verdict, WatchPlace


class MatchOut(BaseModel):
    """What joins a visit with a sighting, or (apart) says that they are two. by null: proposed, within the window."""

    id: int
    visit: int
    sighting: int
    apart: bool
    made_at: AwareDatetime
    by: str | None
    why: str | None
    window_minutes: int | None
    ended_at: AwareDatetime | None
    ended_by: str | None


class MatchHistory(BaseModel):
    """Oldest first."""

    items: list[MatchOut]


class SeenOut(BaseModel):
    """A visit: what the model called a bear. verdict: what people say of its pictures, null before anybody has."""

    visit: int
    alert: int
    at: AwareDatetime
    camera: str
    stage: Stage
    p_bear: float
    version: str
    threshold: float | None
    verdict: Verdict | None
    picture: str


class EncounterOut(BaseModel):
    """One real event. seen: the model's side, told: the people's; one of them null where only the other noticed.

    place null: the observer was not watching then. doubts: why the sighting, or its watch, is looked at again.
    """

    kind: EncounterKind
    at: AwareDatetime
    until: AwareDatetime
    night: bool | None
    seen: SeenOut | None
    told: SightingOut | None
    place: WatchPlace | None
    session: int | None
    match: MatchOut | None
    doubts: list[DoubtOut]
    history: list[MatchOut]


class ChanceOut(BaseModel):
    """Of the sightings of the days before, how many are joined, and how many would be if each were a day earlier."""

    days: int
    sightings: int
    joined: int
    by_chance: int
    share: float | None
    share_by_chance: float | None


class EncounterPage(BaseModel):
    """The encounters of one site, in time. day null: the last 24 hours. unsure: sightings that nobody counts.

    window_minutes: what lies closer is proposed as one. may_mend: whether the asker may join and set apart; if not,
    mend_says tells why.
    """

    site: str
    site_name: str
    time_zone: str
    day: date | None
    since: AwareDatetime
    until: AwareDatetime
    window_minutes: int
    chance: ChanceOut
    may_mend: bool
    mend_says: str | None
    items: list[EncounterOut]
    unsure: list[SightingOut]


class JoinIn(BaseModel):
    """A visit and a sighting that are one event."""

    model_config = ConfigDict(extra="forbid")

    visit: int = Field(ge=1, le=2**31 - 1)
    sighting: int = Field(ge=1, le=2**31 - 1)
    why: Words


class PartIn(BaseModel):
    """Why what was joined is not one event."""

    model_config = ConfigDict(extra="forbid")

    why: Words
