"""Likely causes: what the rows around a bear suggest as to why nobody was warned of it. Pure; people decide.

The facts are told in words whatever is suggested, so that who names the cause can see what speaks for another.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from rollout.unwarned import Told
from store.incidents import Decided
from store.vocabulary import AlertState, IncidentCause, IncidentKind, NoticeState, Reason, Verdict

HELD = (
    Reason.KILL_SWITCH, Reason.COOLDOWN, Reason.DAILY_CAP, Reason.QUIET_PLACE, Reason.PAUSED, Reason.BULK_IMPORT,
)  # fmt: skip
LOST = (Reason.TOO_LATE, Reason.SHED, Reason.UNREADABLE)

NEARLY = 0.5
"""A score of at least this share of the threshold is one that a lower threshold might have found."""

OF_KIND: Mapping[IncidentKind, tuple[IncidentCause, str]] = {
    IncidentKind.DISMISSED: (IncidentCause.ANSWER, "it was first answered as no bear"),
    IncidentKind.UNANSWERED: (IncidentCause.NOBODY, "its time ran out before anybody had answered"),
    IncidentKind.UNDELIVERED: (IncidentCause.DELIVERY, "no receiver was reached"),
    IncidentKind.WITHHELD: (IncidentCause.HELD, "the warning was withheld when it was confirmed"),
}


@dataclass(frozen=True, kw_only=True)
class Around:
    """What is stored of the time around a bear that people saw, of the cameras that may have seen it.

    cameras: those that the rule held; outside: why the place of the sighting was out of scope; stopped: who stopped
    the site and why; blind: what was wrong, by camera; shed: time left out of streams; near: alerts.
    """

    cameras: Collection[str]
    outside: str | None = None
    stopped: str | None = None
    blind: Mapping[str, str] = field(default_factory=dict)
    shed: timedelta = timedelta()
    pictures: Sequence[Decided] = ()
    near: Sequence[tuple[int, Told]] = ()


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """What is pre-filled, and the sentences that it rests on."""

    cause: IncidentCause
    facts: tuple[str, ...]


def of_alert(kind: IncidentKind) -> Suggested:
    """For a bear that was in an alert."""
    cause, says = OF_KIND[kind]
    return Suggested(cause=cause, facts=(says,))


def of_sighting(around: Around) -> Suggested:
    """For a bear that people saw: the first that holds; every fact is told.

    >>> of_sighting(Around(cameras=["creek"], blind={"creek": "silent"}))
    Suggested(cause=<IncidentCause.CAMERA: 'camera_blind'>, facts=('camera creek was silent',))
    """
    found = [(cause, says) for cause, ask in ASKED if (says := ask(around))]
    if not found:
        return Suggested(cause=IncidentCause.MODEL, facts=(_looked(around),))
    told = [says for _, says in found]
    cause = found[0][0]
    if cause is IncidentCause.CAMERA and len(around.blind) < len(around.cameras):
        told.append(_looked(around))
    return Suggested(cause=cause, facts=tuple(told))


def _unanswered(around: Around) -> str:
    found = [number for number, told in around.near if told.state is AlertState.EXPIRED]
    return f"alert {found[0]} was raised then, and nobody answered it in time" if found else ""


def _dismissed(around: Around) -> str:
    no = [number for number, told in around.near if told.verdicts and told.verdicts[-1][0] is Verdict.NOT_BEAR]
    return f"alert {no[0]} was raised then, and answered as no bear" if no else ""


def _undelivered(around: Around) -> str:
    lost = [number for number, told in around.near if NoticeState.FAILED in told.warnings]
    return f"the warning of alert {lost[0]} reached nobody" if lost else ""


def _kept(around: Around) -> str:
    kept = [number for number, told in around.near if told.state is AlertState.WITHHELD]
    return f"the warning of alert {kept[0]} was withheld when it was confirmed" if kept else ""


def _stopped(around: Around) -> str:
    return f"the site was stopped ({around.stopped})" if around.stopped else ""


def _withheld(around: Around) -> str:
    held = [one for one in around.pictures if one.reason in HELD]
    if not held:
        return ""
    reasons = sorted({str(one.reason).lower().replace("_", " ") for one in held})
    many = "1 picture of a bear was" if len(held) == 1 else f"{len(held)} pictures of a bear were"
    return f"{many} held back ({', '.join(reasons)})"


def _outside(around: Around) -> str:
    scoped = sum(one.reason is Reason.OUTSIDE_SCOPE for one in around.pictures)
    if around.outside:
        return f"the place was outside the rule's scope: {around.outside}"
    return f"{scoped} pictures of a bear were outside the rule's scope" if scoped else ""


def _all_blind(around: Around) -> str:
    return _blind(around) if around.blind and len(around.blind) >= len(around.cameras) else ""


def _lost(around: Around) -> str:
    lost = [one for one in around.pictures if one.reason in LOST]
    waiting = sum(one.reason is None for one in around.pictures)
    said = [
        f"{len(lost)} pictures came too late or could not be read" if lost else "",
        f"{waiting} pictures are not decided yet" if waiting else "",
        f"{around.shed.total_seconds():.0f} seconds of the streams were left out" if around.shed else "",
    ]
    return "; ".join(one for one in said if one)


def _below(around: Around) -> str:
    near = [
        one for one in around.pictures
        if one.reason is Reason.BELOW_THRESHOLD and one.p_bear is not None and one.threshold is not None
        and one.p_bear >= NEARLY * one.threshold
    ]  # fmt: skip
    best = max(near, key=lambda one: one.p_bear or 0.0, default=None)
    if best is None:
        return ""
    return f"the surest picture, of camera {best.camera}, scored {best.p_bear:.2f}; {best.threshold:.2f} asks people"


def _blind(around: Around) -> str:
    return "; ".join(f"camera {camera} was {what}" for camera, what in sorted(around.blind.items()))


def _some_blind(around: Around) -> str:
    return _blind(around) if around.blind and len(around.blind) < len(around.cameras) else ""


ASKED: tuple[tuple[IncidentCause, Callable[[Around], str]], ...] = (
    (IncidentCause.NOBODY, _unanswered),
    (IncidentCause.ANSWER, _dismissed),
    (IncidentCause.DELIVERY, _undelivered),
    (IncidentCause.HELD, _kept),
    (IncidentCause.HELD, _stopped),
    (IncidentCause.HELD, _withheld),
    (IncidentCause.SCOPE, _outside),
    (IncidentCause.CAMERA, _all_blind),
    (IncidentCause.FRAME, _lost),
    (IncidentCause.THRESHOLD, _below),
    (IncidentCause.CAMERA, _some_blind),
)
"""What is asked, in this order."""


def _looked(around: Around) -> str:
    if not around.cameras:
        return "the rule held no camera"
    if not around.pictures:
        return "no camera took a picture: nothing moved before one"
    seen = [one for one in around.pictures if one.p_bear is not None]
    best = max(seen, key=lambda one: one.p_bear or 0.0, default=None)
    sure = f", the surest at {best.p_bear:.2f}" if best is not None else ""
    many = "1 picture was" if len(around.pictures) == 1 else f"{len(around.pictures)} pictures were"
    return f"{many} looked at and no bear was found{sure}"
