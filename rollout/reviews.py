"""Reviews: what people saw in the pictures of an alert, and what follows from it."""

from datetime import datetime, timedelta

from rollout import notices
from rollout.actors import Actor
from rollout.terms import read
from store import alerts, audit, rules, tables
from store.errors import AlreadyDecided, ClaimedByAnother, NotAllowedNow
from store.session import Session
from store.vocabulary import AlertState, Role, Stage, Verdict

CLAIM_HOLDS = timedelta(minutes=3)
"""A claim without a verdict lapses after this, so that a ranger who fell asleep holds nobody up."""

OPEN = alerts.OPEN
SENT_AT_ONCE = (AlertState.LIVE, AlertState.SENT, AlertState.FAILED)


def claim(session: Session, alert: int, *, by: Actor, now: datetime) -> tables.Alert:
    """Say that one is looking at it. Raises ClaimedByAnother, AlreadyDecided; a supervisor takes over."""
    row = alerts.get(session, alert, lock=True)
    by.require(Role.RANGER, row.site_id)
    if row.state not in OPEN:
        raise _decided(session, row)
    _require_free(session, row, by, now)
    row.state, row.claimed_by, row.claimed_at = AlertState.CLAIMED, by.id, now
    return row


def release(session: Session, alert: int, *, by: Actor, now: datetime) -> tables.Alert:
    """Give one's claim back."""
    row = alerts.get(session, alert, lock=True)
    by.require(Role.RANGER, row.site_id)
    if row.state is AlertState.CLAIMED:
        _require_free(session, row, by, now)
        row.state, row.claimed_by, row.claimed_at = AlertState.PENDING, None, None
    return row


def record(
    session: Session, alert: int, *, verdict: Verdict, species: str | None, note: str | None, by: Actor,
    now: datetime,
) -> tables.Review:  # fmt: skip
    """Record a verdict. In trial, bear sends the warning; not a bear closes the visit; unsure passes it on.

    Raises AlreadyDecided, ClaimedByAnother, NotPermitted, NotFound.
    """
    row = alerts.get(session, alert, lock=True)
    by.require(Role.RANGER, row.site_id)
    if row.state not in (*OPEN, *SENT_AT_ONCE, AlertState.SHADOW, AlertState.EXPIRED) or _has_final(session, row):
        raise _decided(session, row)
    if row.state in OPEN:
        _require_free(session, row, by, now)
    review = _write(session, row, verdict=verdict, species=species, note=note, by=by, now=now)
    if row.state is AlertState.SHADOW:
        _close_visit(session, row, verdict, now)
    elif row.state in SENT_AT_ONCE:
        _after_sending(session, row, review, now)
    elif verdict is Verdict.UNSURE:
        _pass_on(session, row, now)
    else:
        _settle(session, row, review, now)
    return review


def correct(
    session: Session, alert: int, *, verdict: Verdict, note: str | None, by: Actor, now: datetime
) -> tables.Review:
    """Another verdict after the first. One's own may be corrected by oneself, others' by a supervisor."""
    row = alerts.get(session, alert, lock=True)
    given = alerts.reviews_of(session, alert)
    last = given[-1] if given else None
    own = last is not None and last.person_id == by.id
    by.require(Role.RANGER if own else Role.SUPERVISOR, row.site_id)
    if last is None or row.state in OPEN:
        raise NotAllowedNow("there is no verdict to correct yet: answer the alert")
    if verdict is last.verdict:
        raise NotAllowedNow(f"the verdict is {alerts.SAID[verdict]} already")
    if verdict is Verdict.UNSURE:
        raise NotAllowedNow("a verdict is corrected to bear or not a bear")
    review = _write(session, row, verdict=verdict, species=None, note=note, by=by, now=now, corrects=last.id)
    if row.stage is Stage.SHADOW:
        _close_visit(session, row, verdict, now)
    elif verdict is Verdict.BEAR:
        _confirm(session, row, review, now)
    else:
        _take_back(session, row, review, now)
    return review


def _settle(session: Session, row: tables.Alert, review: tables.Review, now: datetime) -> None:
    if review.verdict is Verdict.BEAR:
        _confirm(session, row, review, now)
    else:
        row.state, row.decided_at = AlertState.DISMISSED, now
        _close_visit(session, row, review.verdict, now)


def _confirm(session: Session, row: tables.Alert, review: tables.Review, now: datetime) -> None:
    row.state, row.decided_at = AlertState.CONFIRMED, now
    session.get_one(tables.Visit, row.visit_id).closed_at = None
    session.flush()
    notices.warn(session, row, review=review, now=now)


def _take_back(session: Session, row: tables.Alert, review: tables.Review, now: datetime) -> None:
    """Whoever was warned is told; a warning that has not left yet is not sent any more."""
    row.state, row.decided_at = AlertState.DISMISSED, now
    _close_visit(session, row, review.verdict, now)
    site = session.get_one(tables.Site, row.site_id)
    says = f"Correction: what was taken for a bear at {site.name} (camera {row.camera_id}) was not one."
    notices.correct(session, row, says=says, key=f"correction:{row.id}:{review.id}", now=now)


def _after_sending(session: Session, row: tables.Alert, review: tables.Review, now: datetime) -> None:
    """Live: the warning is out already."""
    if review.verdict is Verdict.NOT_BEAR:
        _take_back(session, row, review, now)
    elif review.verdict is Verdict.BEAR:
        row.state, row.decided_at = AlertState.REVIEWED, now


def _pass_on(session: Session, row: tables.Alert, now: datetime) -> None:
    """Unsure: back to pending, to the next step of the chain, with a new deadline."""
    row.state, row.claimed_by, row.claimed_at = AlertState.PENDING, None, None
    row.step += 1
    said = read(rules.get(session, row.rule_id).body)
    row.deadline = now + timedelta(minutes=said.deadline_minutes)
    notices.request(session, row, step=row.step, now=now)


def _close_visit(session: Session, row: tables.Alert, verdict: Verdict, now: datetime) -> None:
    if verdict is not Verdict.UNSURE:
        visit = session.get_one(tables.Visit, row.visit_id)
        visit.closed_at = now if verdict is Verdict.NOT_BEAR else None


def _write(
    session: Session, row: tables.Alert, *, verdict: Verdict, species: str | None, note: str | None, by: Actor,
    now: datetime, corrects: int | None = None,
) -> tables.Review:  # fmt: skip
    since = row.claimed_at if row.claimed_by == by.id and row.claimed_at else row.raised_at
    review = tables.Review(
        alert_id=row.id, person_id=by.id, verdict=verdict, species=species, note=note, at=now,
        took_s=max(0.0, (now - since).total_seconds()), corrects_id=corrects,
    )  # fmt: skip
    session.add(review)
    session.flush()
    action = "review.corrected" if corrects else "review.given"
    body = {"verdict": verdict.value, "review": review.id, "corrects": corrects}
    audit.append(
        session, at=now, who=by.name, action=action, subject=f"alert:{row.id}", says=alerts.SAID[verdict], body=body
    )
    return review


def _has_final(session: Session, row: tables.Alert) -> bool:
    """Whether a shadow or live alert has its verdict; unsure is none."""
    given = alerts.verdict_of(session, row.id)
    return row.state not in OPEN and given is not None and given is not Verdict.UNSURE


def _require_free(session: Session, row: tables.Alert, by: Actor, now: datetime) -> None:
    held = row.state is AlertState.CLAIMED and row.claimed_by != by.id
    lapsed = row.claimed_at is None or now - row.claimed_at > CLAIM_HOLDS
    if held and not lapsed and by.role not in (Role.SUPERVISOR, Role.ADMIN):
        holder = rules.name_of(session, row.claimed_by)
        raise ClaimedByAnother(f"{holder} is looking at this alert since {row.claimed_at:%H:%M} UTC")


def _decided(session: Session, row: tables.Alert) -> AlreadyDecided:
    given = alerts.reviews_of(session, row.id)
    if not given:
        return AlreadyDecided(f"this alert is {row.state}")
    last = given[-1]
    who, said = rules.name_of(session, last.person_id), alerts.SAID[last.verdict]
    return AlreadyDecided(f"{who} answered {said} at {last.at:%Y-%m-%d %H:%M} UTC: correct it if that is wrong")
