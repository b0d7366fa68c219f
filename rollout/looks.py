"""Looks: pictures that are no alert are given to people one at a time, never while an alert waits for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rollout import claims, look_draw, trust
from rollout.actors import Actor
from store import audit, park, tables, training
from store import looks as rows
from store.errors import AlreadyDecided, NotAllowedNow
from store.session import Session
from store.vocabulary import LookKind, Role, RowSource, RowState, Verdict

HOLDS = timedelta(minutes=10)
"""So long nobody else is given it."""

DAY = timedelta(days=1)
ALERT_FIRST = "an alert waits for an answer: that comes first"
USED_UP = "your minutes for today are used up: only alerts come now"
NONE = "there is nothing to look at for you"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A look, or why there is none."""

    row: tables.Look | None
    says: str = ""


def give(session: Session, *, by: Actor, now: datetime) -> Given:
    """The look that this person has in hand, else the next whose turn it is. None while an alert waits for them."""
    found = next_for(session, by=by, now=now)
    if found.row is None or _holds(found.row, by.id, now):
        return found
    row = rows.get(session, found.row.id, lock=True)
    if row.answered_at is not None or (row.given_to not in (None, by.id) and _holds(row, row.given_to or 0, now)):
        return Given(row=None, says=NONE)
    row.given_to, row.given_at = by.id, now
    session.flush()
    return Given(row=row)


def _holds(row: tables.Look, person: int, now: datetime) -> bool:
    return row.given_to == person and row.given_at is not None and row.given_at >= now - HOLDS


def next_for(session: Session, *, by: Actor, now: datetime) -> Given:
    """What would be given; it stays where it is."""
    by.require_role(Role.RANGER)
    if rows.alerts_wait(session, by.id, sites=by.sites, held_since=now - claims.HOLDS):
        return Given(row=None, says=ALERT_FIRST)
    found = rows.held(session, by.id, since=now - HOLDS)
    if found is not None and _may(found, by):
        return Given(row=found)
    given, each = rows.given(session, by.id, since=now - DAY), trust.seconds(rows.took(session, by.id))
    if not trust.is_left(look_draw.of_park(session), given=given, each_s=each):
        return Given(row=None, says=USED_UP)
    found = rows.free(session, by.id, sites=by.sites, before=now - HOLDS)
    return Given(row=found, says="" if found is not None else NONE)


def _may(row: tables.Look, by: Actor) -> bool:
    """Somebody may have lost a site since it was given to them."""
    return not by.sites or row.site_id in by.sites


def leave(session: Session, look: int, *, by: Actor) -> tables.Look:
    """Leave it to somebody else: it is not given to this person again."""
    row = _in_hand(session, look, by)
    row.given_to, row.given_at, row.left_by = None, None, [*row.left_by, by.id]
    session.flush()
    return row


def answer(
    session: Session, look: int, *, verdict: Verdict, species: str | None, note: str | None, by: Actor, now: datetime
) -> tables.Look:  # fmt: skip
    """What somebody saw. Nobody is warned by it; a bear of the audit is kept as one that was missed.

    Raises AlreadyDecided, NotAllowedNow for one that was not given to this person, NotPermitted, NotFound.
    """
    row = _in_hand(session, look, by)
    since = row.given_at or now
    row.verdict, row.answered_by, row.answered_at = verdict, by.id, now
    row.species, row.note, row.took_s = species, note, max(0.0, (now - since).total_seconds())
    session.flush()
    if row.kind is LookKind.AUDIT and verdict is Verdict.BEAR:
        _missed(session, row, by, now)
    if is_doubted(row):
        _doubted(session, row, by, now)
    return row


def is_doubted(row: tables.Look) -> bool:
    """Whether somebody saw a bear in what others had called none: they may have been wrong, and a bear dismissed."""
    return row.verdict is Verdict.BEAR and Verdict.NOT_BEAR in (row.truth, row.first_verdict)


def _doubted(session: Session, row: tables.Look, by: Actor, now: datetime) -> None:
    what = row.source or (f"alert {row.of_alert_id}" if row.of_alert_id else f"look {row.of_look_id}")
    audit.append(
        session, at=now, who=by.name, action="answer.doubted", subject=f"site:{row.site_id}",
        says=f"{by.name} saw a bear in what people had called none: {what}", body={"look": row.id},
    )  # fmt: skip


def _in_hand(session: Session, look: int, by: Actor) -> tables.Look:
    """The look, locked after its site, still to be answered by this person."""
    row = rows.get(session, look)
    by.require(Role.RANGER, row.site_id)
    park.hold(session, row.site_id)
    row = rows.get(session, look, lock=True)
    if row.answered_at is not None:
        raise AlreadyDecided(f"look {look} is answered")
    if row.closed_at is not None or row.given_to != by.id or row.given_at is None:
        raise NotAllowedNow(f"look {look} is not in your hands: ask for the next one")
    return row


def _missed(session: Session, row: tables.Look, by: Actor, now: datetime) -> None:
    """Remember a bear that nobody was told of; its picture waits to be labelled for a training."""
    best = rows.pictures(session, row.id)[0]
    if best.frame_id is not None and training.of_frame(session, best.frame_id) is None:
        session.add(tables.TrainingRow(
            frame_id=best.frame_id, site_id=row.site_id, camera_id=row.camera_id, source=RowSource.AUDIT,
            state=RowState.WAITING, says=f"{by.name} saw a bear in time without an alert", suggested="bear",
            created_at=now,
        ))  # fmt: skip
        session.flush()
    says = f"a bear without an alert at camera {row.camera_id}, {row.since:%Y-%m-%d %H:%M} UTC, found by the audit"
    body: dict[str, object] = {"look": row.id, "chance": row.chance, "since": row.since.isoformat()}
    audit.append(
        session, at=now, who=by.name, action="bear.missed", subject=f"site:{row.site_id}", says=says, body=body
    )


AGAIN = "People had called it none, and people can be wrong: if you are sure, tell a supervisor to look again."

SAID = {Verdict.BEAR: "a bear", Verdict.NOT_BEAR: "not a bear", Verdict.UNSURE: "unsure"}


def told(row: tables.Look) -> str:
    """What a look was, for whoever has answered it."""
    if row.kind is LookKind.SEEDED:
        return f"This was a test with known footage: {_test(row)} Nobody was warned, and it counts as no alert."
    if row.kind is LookKind.SECOND:
        agree = "you agree" if row.verdict is row.first_verdict else "you do not agree; both answers are kept"
        first = SAID[row.first_verdict or Verdict.UNSURE]
        again = f" {AGAIN}" if is_doubted(row) else ""
        return (
            f"This had been answered before, by somebody else: {first}. {agree.capitalize()}. Nobody was warned."
            f"{again}"
        )
    if row.verdict is Verdict.BEAR:
        return "This was no alert: time drawn by chance in which Bearwatch asked nobody. It is kept as a MISSED bear."
    return "This was no alert: time drawn by chance in which Bearwatch asked nobody. It shows what is missed."


def _test(row: tables.Look) -> str:
    truth = SAID[row.truth or Verdict.UNSURE]
    if row.verdict is row.truth:
        return f"it was {truth}, and you were right."
    again = f" {AGAIN}" if is_doubted(row) else ""
    return f"it was {truth.upper()}. You said {SAID[row.verdict or Verdict.UNSURE]}.{again}"
