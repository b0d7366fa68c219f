"""Report facts: everything that a week's report is made of, as values. The same facts make the same report. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any

from rollout.evidence.reference import Reference
from rollout.fast_answers import Burst
from rollout.matched_hours import Run
from rollout.protected_hours import Hours
from rollout.report_counts import Counted, Met
from rollout.segments import Change
from store.report_rows import Answer, Done
from store.vocabulary import Doubt, WatchMode, WatchPlace


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that took hours away, or made them doubtful. open: it lasted at the end of the week.

    says: what the camera (None: Bearwatch) is or does; hours: None where it took none away.
    """

    camera: str | None
    kind: str
    says: str
    since: datetime
    until: datetime | None
    hours: float | None
    open: bool = False
    mend: str = ""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A watch session of the week. sightings: those that stand; patrol: sent because of an alert."""

    number: int
    observer: str
    mode: WatchMode
    place: WatchPlace
    since: datetime
    until: datetime | None
    counts: bool
    doubts: tuple[Doubt, ...]
    sightings: int
    patrol: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the surest picture of a visit was. usual: how like the version's own pictures; near None: cannot tell."""

    usual: float | None
    infrared: bool | None
    near: bool | None


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The reference ratio, when it was accepted and by whom."""

    reference: Reference = field(default_factory=Reference)
    accepted_at: datetime | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What decides, and was fixed before the data: a hash of it stands in the report."""

    match_minutes: int
    min_matched_hours: float
    window_weeks: int
    evidence_weeks: int
    min_encounters: int
    min_share: float


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One site and week. until: the end of the week, or when nothing more was known.

    weeks: whole ones, with this one the last; segment: since the last change, which is `changes[-1]` where
    `segment_since` is not the beginning. mets, kinds, answers, shown: of the last eight weeks; kinds: by visit and
    sighting how each counts among matched hours. sightings: of the week. warned: when the week's
    alerts were told to people; waits: minutes until each of the week's alerts that people were asked about had a
    clear answer, None where it has none. dones: what people did in the last half-year, and whether the site only
    watched then.
    """

    site: str
    site_name: str
    time_zone: str
    week: str
    begins: datetime
    ends: datetime
    until: datetime
    as_of: datetime
    settings: Settings
    accepted: Accepted
    weeks: Sequence[Counted]
    segment: Sequence[Counted]
    segment_since: datetime
    changes: Sequence[Change]
    runs: Sequence[Run]
    mets: Sequence[Met]
    kinds: Sequence[tuple[int | None, int | None, WatchPlace, str]]
    shown: Mapping[int, Shown]
    answers: Sequence[Answer]
    fast: Sequence[Burst]
    warned: Sequence[datetime]
    waits: Sequence[float | None]
    dones: Sequence[tuple[Done, bool]]
    sightings: Sequence[datetime]
    watches: Sequence[Watch]
    faults: Sequence[Fault]
    by_chance: tuple[int, int]
    clips: tuple[int, int]
    protected: Hours
    audit_head: str
    audit: Mapping[str, Any] = field(default_factory=dict)
    agreement: Mapping[str, Any] = field(default_factory=dict)
    seeded: Mapping[str, Any] = field(default_factory=dict)
    blind: Mapping[str, Any] = field(default_factory=dict)
    alarms: Sequence[Mapping[str, Any]] = ()
    incidents: Sequence[Mapping[str, Any]] = ()

    @property
    def window(self) -> Sequence[Counted]:
        """The weeks that the ratio is of."""
        return self.segment[-self.settings.window_weeks :]

    @property
    def this_week(self) -> Counted | None:
        """The week's own counts."""
        return next((one for one in self.weeks if one.week == self.week), None)

    def sha256(self) -> str:
        """Over all of it but the moment: the same rows give the same, whenever they are read."""
        told = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("as_of", "audit_head")}
        return hash_of(told)


def hash_of(told: Any) -> str:
    """sha256 of the canonical text of values."""
    return sha256(canonical(plain(told)).encode()).hexdigest()


def canonical(told: Any) -> str:
    """JSON with sorted keys and no spaces: the same bytes everywhere.

    >>> canonical({"b": 1, "a": [None, 0.5]})
    '{"a":[null,0.5],"b":1}'
    """
    return dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def plain(told: Any) -> Any:
    """Values as JSON's own types: moments in UTC, enums by their word, what has no bound is null.

    >>> plain({"at": datetime(2026, 11, 23, tzinfo=UTC), "high": float("inf")})
    {'at': '2026-11-23T00:00:00Z', 'high': None}
    """
    if isinstance(told, str | int | None) and not isinstance(told, StrEnum):
        return told
    if isinstance(told, float):
        return told if abs(told) != float("inf") else None
    if isinstance(told, datetime):
        return told.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(told, StrEnum):
        return told.value
    if isinstance(told, Mapping):
        return {str(plain(key)): plain(value) for key, value in told.items()}
    if hasattr(told, "__dataclass_fields__"):
        return {name: plain(getattr(told, name)) for name in told.__dataclass_fields__}
    if isinstance(told, list | tuple | set | frozenset):
        return [plain(one) for one in told]
    return told
