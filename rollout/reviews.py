"""Reviews: what people saw in the pictures of an alert, and what follows from it."""

from datetime import datetime, timedelta

from rollout import blind, claims, fast_answers, lifting, notices, quieting, withholding
from rollout.actors import Actor
from rollout.terms import read
from store import alerts, answers, audit, park, rules, tables
from store import visits as visit_rows
from store.errors import NotAllowedNow
from store.session import Session
from store.vocabulary import OPEN, AlertState, Role, Stage, Verdict

SENT_AT_ONCE = (AlertState.LIVE, AlertState.SENT, AlertState.FAILED)


def record(
    session: Session, alert: int, *, verdict: Verdict, species: str | None, note: str | None, by: Actor,
    now: datetime,
) -> tables.Review:  # fmt: skip
    """Record a verdict. In trial, bear sends the warning; not a bear closes the visit; unsure passes it on.

    A bear whose warning must not leave any more is evidence only, and the alert says so: see `withholding`.

    Raises AlreadyDecided, ClaimedByAnother, NotPermitted, NotFound.
    """
    row = _held(session, alert)
    by.require(Role.RANGER, row.site_id)
    if row.state not in (*OPEN, *SENT_AT_ONCE, AlertState.SHADOW, AlertState.EXPIRED) or _has_final(session, row):
        raise alerts.decided(session, row)
    if row.state in OPEN:
        claims.require_free(session, row, by, now)
    review = _write(session, row, verdict=verdict, species=species, note=note, by=by, now=now)
    if row.state is AlertState.SHADOW:
        _close_visit(session, row, verdict, now)
    elif row.state in SENT_AT_ONCE:
        _after_sending(session, row, review, now)
    elif verdict is Verdict.UNSURE and withholding.too_old(row, now):
        claims.end(row, now)
        row.state = AlertState.EXPIRED
    elif verdict is Verdict.UNSURE:
        _pass_on(session, row, now)
    else:
        _settle(session, row, review, now)
    _finish(session, row, review, by=by)
    return review


def correct(
    session: Session, alert: int, *, verdict: Verdict, note: str | None, by: Actor, now: datetime
) -> tables.Review:
    """Another verdict after the first. One's own may be corrected by oneself, others' by a supervisor.

    "bear" once more sends a withheld warning, where nothing withholds it any more. The same verdict once more changes
    nothing but that somebody has looked, where the last one came too fast for that.
    """
    row = _held(session, alert)
    given = alerts.reviews_of(session, alert)
    last = given[-1] if given else None
    own = last is not None and last.person_id == by.id
    by.require(Role.RANGER if own else Role.SUPERVISOR, row.site_id)
    if last is None or row.state in OPEN:
        raise NotAllowedNow("there is no verdict to correct yet: answer the alert")
    again = verdict is last.verdict and not (row.state is AlertState.WITHHELD and verdict is Verdict.BEAR)
    if again and not _rushed(session, row, last):
        raise NotAllowedNow(f"the verdict is {alerts.SAID[verdict]} already")
    if verdict is Verdict.UNSURE:
        raise NotAllowedNow("a verdict is corrected to bear or not a bear")
    review = _write(session, row, verdict=verdict, species=None, note=note, by=by, now=now, corrects=last.id)
    if again:
        pass
    elif row.stage is Stage.SHADOW:
        _close_visit(session, row, verdict, now)
    elif row.state in SENT_AT_ONCE:
        _after_sending(session, row, review, now)
    elif verdict is Verdict.BEAR:
        _confirm(session, row, review, now)
    else:
        _take_back(session, row, review, now)
    _finish(session, row, review, by=by)
    return review


def _rushed(session: Session, row: tables.Alert, last: tables.Review) -> bool:
    """Whether an answer is one of those that came too fast to be looked at."""
    near = answers.given(session, row.site_id, since=last.at - fast_answers.MINUTE)
    return last.id in fast_answers.numbers(fast_answers.bursts(near))


def _held(session: Session, alert: int) -> tables.Alert:
    """The alert, locked after its site and its camera group: the order in which a stop and a worker take them."""
    row = alerts.get(session, alert)
    park.hold(session, row.site_id)
    visit = session.get_one(tables.Visit, row.visit_id)
    visit_rows.hold_group(session, visit.group_id)
    session.refresh(visit)
    return alerts.get(session, alert, lock=True)


def _settle(session: Session, row: tables.Alert, review: tables.Review, now: datetime) -> None:
    if review.verdict is Verdict.BEAR:
        _confirm(session, row, review, now)
    else:
        row.state, row.decided_at = AlertState.DISMISSED, now
        _close_visit(session, row, review.verdict, now)


def _confirm(session: Session, row: tables.Alert, review: tables.Review, now: datetime) -> None:
    session.get_one(tables.Visit, row.visit_id).closed_at = None
    withheld = withholding.of(session, row, now)
    if withheld is not None:
        _withhold(session, row, review, withheld, now)
        return
    row.state, row.decided_at = AlertState.CONFIRMED, now
    session.flush()
    notices.warn(session, row, review=review, now=now)


def _withhold(session: Session, row: tables.Alert, review: tables.Review, why: str, now: datetime) -> None:
    """Warn nobody anew. Whoever was warned once and then told that it was nothing hears that it was a bear."""
    row.state, row.decided_at = AlertState.WITHHELD, now
    seen = notices.where_and_when(session, row)
    told = f"Correction: it was a bear after all at {seen}. No new warning goes out: {why}."
    notices.correct(session, row, says=told, key=f"correction:{row.id}:{review.id}", now=now)
    if not withholding.too_old(row, now):
        lifting.tell_confirmed(session, row, review.id, why=why, now=now)
    says = f"NO WARNING SENT: {why}"
    audit.append(session, at=now, who="Bearwatch", action="warning.withheld", subject=f"alert:{row.id}", says=says)


def _take_back(session: Session, row: tables.Alert, review: tables.Review, now: datetime) -> None:
    """Whoever was warned is told; a warning that has not left yet is not sent any more."""
    row.state, row.decided_at = AlertState.DISMISSED, now
    _close_visit(session, row, review.verdict, now)
    says = f"Correction: what was taken for a bear at {notices.where_and_when(session, row)} was not one."
    notices.correct(session, row, says=says, key=f"correction:{row.id}:{review.id}", now=now)


def _after_sending(session: Session, row: tables.Alert, review: tables.Review, now: datetime) -> None:
    """Live: the warning is out already."""
    if review.verdict is Verdict.NOT_BEAR:
        _take_back(session, row, review, now)
    elif review.verdict is Verdict.BEAR:
        row.state, row.decided_at = AlertState.REVIEWED, now


def _pass_on(session: Session, row: tables.Alert, now: datetime) -> None:
    """Unsure: back to pending, to the next step of the chain, with a new deadline."""
    claims.end(row, now)
    row.step, row.asks, row.held_s = row.step + 1, row.asks + 1, {}
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
        blind=None if corrects else row.id in blind.drawn(session, [row.id]),
    )  # fmt: skip
    session.add(review)
    session.flush()
    return review


def _finish(session: Session, row: tables.Alert, review: tables.Review, *, by: Actor) -> None:
    """A bear ends the quiet places it was seen in. The audit comes last: its head is what everybody waits for."""
    if review.verdict is Verdict.BEAR and row.send:
        quieting.bear_seen(session, row, by=by, now=review.at)
    action = "review.corrected" if review.corrects_id else "review.given"
    body = {"verdict": review.verdict.value, "review": review.id, "corrects": review.corrects_id}
    audit.append(
        session, at=review.at, who=by.name, action=action, subject=f"alert:{row.id}",
        says=alerts.SAID[review.verdict], body=body,
    )  # fmt: skip


def _has_final(session: Session, row: tables.Alert) -> bool:
    """Whether a shadow or live alert has its verdict; unsure is none."""
    given = alerts.verdict_of(session, row.id)
    return row.state not in OPEN and given is not None and given is not Verdict.UNSURE
