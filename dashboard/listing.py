"""Listing: what stands first, and times and chances in words. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from api.schemas.alerts import AlertOut
from api.schemas.park import CameraOut
from api.schemas.timelapse import DrawnHourOut
from api.schemas.words import OPEN, AlertState, CameraHealth, Verdict

NEVER = datetime.max.replace(tzinfo=UTC)
SENT_UNSEEN = (AlertState.LIVE, AlertState.SENT, AlertState.FAILED)
"""A live rule warned at once: where no verdict is given yet, somebody should still look."""

TO_LOOK_AT = (*OPEN, AlertState.EXPIRED, *SENT_UNSEEN)
"""What somebody should look at, in this order."""

LATER = (*SENT_UNSEEN, AlertState.SHADOW, AlertState.EXPIRED)
"""What nobody is asked about any more, but may still be answered."""

SCORE = re.compile(r"\b[01]?\.\d+|\d\s?%")

UNLIKE = 0.01
"""An out-of-domain p up to this: such a picture was hardly ever among those that the model learned from."""


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago, in words.

    >>> now = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    >>> ago(now - timedelta(seconds=3), now), ago(now - timedelta(minutes=2), now), ago(None, now)
    ('3 s ago', '2 min ago', 'never')
    """
    return "never" if at is None else f"{span(now - at)} ago"


def span(length: timedelta) -> str:
    """A length of time in the largest unit that it fills; never below nothing.

    >>> span(timedelta(seconds=59)), span(timedelta(minutes=90)), span(timedelta(hours=49))
    ('59 s', '1 h 30 min', '2 days')
    """
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        hours, minutes = divmod(seconds // 60, 60)
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{seconds // 86400} days"


def hour_of(hour: DrawnHourOut, zone: str) -> str:
    """A drawn hour by the site's clock, and how much of it is kept."""
    begins = hour.begins_at.astimezone(ZoneInfo(zone))
    kept = f"{hour.pictures} picture{'' if hour.pictures == 1 else 's'}"
    return f"{begins:%a %d %b, %H:%M} · {kept}"


def left(deadline: datetime | None, now: datetime) -> str:
    """The time to answer that is left.

    >>> now = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    >>> left(now + timedelta(seconds=192), now), left(now - timedelta(seconds=5), now), left(None, now)
    ('3:12 left to answer', 'the time to answer ended 5 s ago', 'no deadline')
    """
    if deadline is None:
        return "no deadline"
    if deadline <= now:
        return f"the time to answer ended {ago(deadline, now)}"
    minutes, seconds = divmod(int((deadline - now).total_seconds()), 60)
    return f"{minutes}:{seconds:02} left to answer" if minutes < 60 else f"{span(deadline - now)} left to answer"


def hurries(deadline: datetime | None, now: datetime) -> bool:
    """Whether less than a minute is left."""
    return deadline is not None and deadline - now < timedelta(minutes=1)


def local(at: datetime, zone: str, now: datetime) -> str:
    """A moment in site time; the day only where it is not today.

    >>> now = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    >>> local(datetime(2026, 11, 24, 3, 31, tzinfo=UTC), "America/Denver", now)
    '20:31'
    >>> local(datetime(2026, 11, 22, 3, 31, tzinfo=UTC), "America/Denver", now)
    'Sat 21 Nov 20:31'
    """
    there = at.astimezone(ZoneInfo(zone))
    today = there.date() == now.astimezone(ZoneInfo(zone)).date()
    return there.strftime("%H:%M") if today else there.strftime("%a %d %b %H:%M").replace(" 0", " ")


def by_urgency(alerts: Iterable[AlertOut]) -> list[AlertOut]:
    """The nearest deadline first; those without one last, oldest first."""
    return sorted(alerts, key=lambda alert: (alert.deadline or NEVER, alert.raised_at))


def answerable(alert: AlertOut) -> bool:
    """Whether a first answer is still wanted; unsure is none."""
    return alert.state in OPEN or (alert.state in LATER and alert.verdict in (None, Verdict.UNSURE))


def judged(alert: AlertOut) -> bool:
    """Whether a person has said what it is. Only then the page says what the model thought."""
    return alert.verdict in (Verdict.BEAR, Verdict.NOT_BEAR)


def missed(alerts: Iterable[AlertOut]) -> list[AlertOut]:
    """Alerts whose time ran out and that nobody has looked at since, the newest first; a replay's harm nobody."""
    found = [item for item in alerts if item.state is AlertState.EXPIRED and answerable(item) and not item.replay]
    return sorted(found, key=lambda item: item.raised_at, reverse=True)


def held_by(alert: AlertOut, *, name: str, now: datetime) -> str | None:
    """Who else is looking at it; nobody, once the claim has lapsed."""
    holds = alert.held_until is not None and now <= alert.held_until
    return alert.claimed_by if holds and alert.claimed_by != name else None


def next_to_answer(alerts: Iterable[AlertOut], *, name: str, now: datetime) -> AlertOut | None:
    """The most urgent alert that nobody else is looking at: what waits, what nobody answered, what was sent."""
    free = [item for item in by_urgency(alerts) if answerable(item) and not held_by(item, name=name, now=now)]
    return min(free, key=_turn, default=None)


def _turn(alert: AlertOut) -> int:
    return 0 if alert.state in OPEN else 1 if alert.state is AlertState.EXPIRED else 2


def tells_score(says: str) -> bool:
    """Whether words hold a figure that could sway somebody who has not answered yet.

    >>> tells_score("p 0.93 is above 0.60"), tells_score("asks night-team, step 1")
    (True, False)
    """
    return SCORE.search(says) is not None


GUARDRAILS = {
    "max_alerts_per_day": "alerts a day",
    "max_median_minutes_to_verdict": "time to a verdict",
    "min_precision": "precision",
    "max_seconds_event_to_alert": "time from picture to alert",
    "max_out_of_domain_share": "unlike pictures",
    "max_failed_deliveries_per_day": "messages not delivered",
    "max_seeded_tests_missed_per_day": "known clips missed",
    "stop_on_drift_alarm": "drift report",
    "stop_on_data_fault": "faults of cameras and data",
}


def guardrail(name: str) -> str:
    """A guardrail as people call it.

    >>> guardrail("min_precision")
    'precision'
    """
    return GUARDRAILS.get(name, name.replace("_", " "))


def in_words(says: str) -> str:
    """A sentence of the API with the guardrails that it names as people call them.

    >>> in_words("because min_precision failed")
    'because precision failed'
    """
    for name, called in GUARDRAILS.items():
        says = says.replace(name, called)
    return says


def silent(cameras: Iterable[CameraOut]) -> list[CameraOut]:
    """Cameras that give no pictures, whatever the cause."""
    return [camera for camera in cameras if camera.health is not CameraHealth.ALIVE]


def quiet_says(cameras: Sequence[CameraOut], now: datetime, *, unanswered: int = 0) -> str:
    """What is known when nothing waits. Never that all is clear: only a person can say that.

    unanswered: alerts whose time ran out; of those nobody was warned.
    """
    alive = len(cameras) - len(silent(cameras))
    last = max((camera.last_seen_at for camera in cameras if camera.last_seen_at), default=None)
    told = f"{alive} of {len(cameras)} cameras {'is' if len(cameras) == 1 else 'are'} alive"
    waits = "No other alert waits for an answer" if unanswered else "No alert waits for an answer"
    return f"{waits}. {told}; last picture {ago(last, now)}."


def chance(p: float) -> str:
    """A probability in words, with its figure.

    >>> chance(0.973), chance(0.6), chance(0.02)
    ('almost surely a bear (0.97)', 'more likely a bear than not (0.60)', 'hardly a bear (0.02)')
    """
    steps = ((0.95, "almost surely a bear"), (0.75, "probably a bear"), (0.5, "more likely a bear than not"),
             (0.2, "possibly a bear"), (0.0, "hardly a bear"))  # fmt: skip
    says = next(words for least, words in steps if p >= least)
    return f"{says} ({p:.2f})"


def strange(p: float | None) -> str:
    """What an out-of-domain p says: how usual such a picture is among those that the model learned from.

    >>> strange(0.004)
    'unlike anything it was trained on (0.004): trust your eyes'
    >>> strange(0.03), strange(0.4)
    ('rather unusual for the model (0.030)', 'a usual picture for the model (0.400)')
    >>> strange(None)
    'this model cannot tell how unlike its training a picture is'
    """
    if p is None:
        return "this model cannot tell how unlike its training a picture is"
    if p <= UNLIKE:
        return f"unlike anything it was trained on ({p:.3f}): trust your eyes"
    return f"{'rather unusual' if p < 0.05 else 'a usual picture'} for the model ({p:.3f})"
