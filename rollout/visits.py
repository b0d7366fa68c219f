"""Detections to visits: what the model counts, and which visit a frame belongs to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from model.detections import Detection

VISIT_GAP = timedelta(minutes=30)
"""Frames of a camera group less than this apart, with the same kind in them, are one visit."""

BEAR = "bear"
"""The kind of every label that the model version marks as bear."""

EMPTY = "empty"
"""The label of a picture with nothing in it."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one frame of a camera counts as under the threshold in force.

    kind: "bear", another label, or None where it makes no visit. faint: most likely a bear, but below the
    threshold; it makes no visit and joins one of a bear that is open.
    """

    camera: str
    at: datetime
    kind: str | None
    faint: bool
    p_bear: float


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A visit of the same camera group and model version.

    closed_at: when somebody dismissed it. shown: the cameras of its alerts, whose pictures people were asked about.
    """

    id: int
    kind: str
    started_at: datetime
    last_at: datetime
    p_bear: float
    alerted: bool
    closed_at: datetime | None = None
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Attached:
    """Where a frame belongs. visit None: a new one.

    absorbs: visits that this late frame shows to be the same one. links: visits that it shows to be the
    same, but that have alerted by themselves, so they stay and are linked.
    """

    kind: str
    visit: int | None
    absorbs: tuple[int, ...] = ()
    links: tuple[int, ...] = ()


def seen(found: Detection, *, camera: str, at: datetime, threshold: float) -> Seen:
    """What a detection counts as.

    A label that is more likely than all bears together is not a bear's label, whatever the manifest calls it.
    """
    bear = found.p_bear >= threshold
    other = found.probabilities.get(found.label, 0.0) > found.p_bear + 1e-6
    something = found.label != EMPTY
    kind = BEAR if bear else found.label if something and other else None
    return Seen(camera=camera, at=at, kind=kind, faint=something and not bear and not other, p_bear=found.p_bear)


def attach(what: Seen, known: Sequence[Visit], *, gap: timedelta = VISIT_GAP) -> Attached | None:
    """Find the visit of a frame among those near it, whether it came in time or late. None: it belongs to none."""
    kind = BEAR if what.faint else what.kind
    if kind is None:
        return None
    near = [visit for visit in known if visit.kind == kind and _holds(visit, what, gap)]
    if not near:
        return None if what.faint else Attached(kind=kind, visit=None)
    nearest, opened = _nearest(near, what.at), [visit for visit in near if visit.closed_at is None]
    if what.faint or nearest.closed_at is not None:
        return Attached(kind=kind, visit=nearest.id)
    alerted = [visit for visit in opened if visit.alerted]
    home = _nearest(alerted, what.at) if alerted else min(opened, key=lambda visit: (visit.started_at, visit.id))
    others = [visit for visit in opened if visit is not home]
    return Attached(
        kind=kind,
        visit=home.id,
        absorbs=tuple(visit.id for visit in others if not visit.alerted),
        links=tuple(visit.id for visit in others if visit.alerted),
    )


def _holds(visit: Visit, what: Seen, gap: timedelta) -> bool:
    """Whether a frame belongs to the visit.

    A dismissed one takes only what lies within it, of cameras whose pictures people were asked about: what another
    one saw, nobody has looked at.
    """
    if visit.closed_at is not None:
        return what.camera in visit.shown and visit.started_at <= what.at <= visit.last_at
    return _distance(visit, what.at) < gap


def _nearest(visits: Sequence[Visit], at: datetime) -> Visit:
    """The nearest; of two at the same distance an open one, then the later one."""
    latest = sorted(visits, key=lambda visit: (visit.closed_at is None, visit.started_at, visit.id), reverse=True)
    return min(latest, key=lambda visit: _distance(visit, at))


def _distance(visit: Visit, at: datetime) -> timedelta:
    return max(visit.started_at - at, at - visit.last_at, timedelta())
