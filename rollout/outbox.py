"""Outbox: sends what is due, at least once. The send lies between two transactions: a lease, and what came of it."""

from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from rollout import operations, stops
from rollout.notify import Notifiers, Outgoing, Refused, Result, Sent, Unreachable
from store import alerts, notices, tables
from store.session import Engine, Session, transaction
from store.vocabulary import AlertState, NoticeKind, NoticeState, Verdict

AT_ONCE = 8
"""Receivers that are sent to side by side, so that one that hangs keeps no warning from the others."""

IN_ONE_GO = 100
"""Messages in one call; then the deadlines have their turn."""

SEND_LEASE = timedelta(seconds=30)
"""Another process that sends leaves a notice alone for this long."""

PAUSES_S = (5, 15, 60, 300, 900)
"""Before the second, third and later tries; then it has failed."""

HELD_BY_STOP = (NoticeKind.REQUEST, NoticeKind.WARNING)
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Try:
    """One notice that is about to be sent."""

    message: Outgoing
    site: str
    held_by_stop: bool


def send_due(engine: Engine, notifiers: Notifiers, *, data_dir: Path, now: datetime) -> int:
    """Send what is due, each receiver's messages one after the other; gives how many arrived.

    A receiver that could not be reached is left alone until the next call.
    """
    stops.latch_files(engine, data_dir, now)
    arrived, begun, lost = 0, 0, set[str]()
    under_way: dict[Future[Result], Try] = {}
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        while True:
            free = len(under_way) < AT_ONCE and begun < IN_ONE_GO
            busy = lost | {one.message.receiver for one in under_way.values()}
            if free and (one := _lease(engine, besides=busy, now=now)):
                begun += 1
                if not (one.held_by_stop and _stopped(engine, data_dir, one, now)):
                    under_way[pool.submit(notifiers.send, one.message)] = one
                continue
            if not under_way:
                return arrived
            for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                one, result = under_way.pop(done), done.result()
                _mark(engine, one, result, now)
                arrived += isinstance(result, Sent)
                lost |= {one.message.receiver} if isinstance(result, Unreachable) else set()


def _lease(engine: Engine, *, besides: Collection[str], now: datetime) -> Try | None:
    """The most urgent message to any receiver but these; nobody else sends it for a while."""
    with transaction(engine) as session:
        row = notices.due(session, now, besides=besides)
        return _leased(session, row, now) if row else None


def _mark(engine: Engine, one: Try, result: Result, now: datetime) -> None:
    with transaction(engine) as session:
        _save(session, notices.get(session, one.message.id, lock=True), result, now)


def _leased(session: Session, row: tables.Notice, now: datetime) -> Try:
    row.next_try_at = now + SEND_LEASE
    row.tries += 1
    receiver = session.get_one(tables.Receiver, row.receiver_id)
    message = Outgoing(id=row.id, kind=row.kind.value, receiver=receiver.id, url=receiver.url, body=dict(row.body))
    return Try(message=message, site=row.site_id, held_by_stop=row.kind in HELD_BY_STOP)


def _stopped(engine: Engine, data_dir: Path, one: Try, now: datetime) -> bool:
    """Whether this message must not leave: a stop, by file too, or a verdict that was corrected since."""
    with transaction(engine) as session:
        row = notices.get(session, one.message.id, lock=True)
        stop = stops.held_by_file(data_dir, one.site) or stops.stopped(session, one.site)
        if not stop and not _taken_back(session, row):
            return False
        row.state, row.error = NoticeState.STOPPED, "the stop was on" if stop else "the verdict was corrected"
        row.next_try_at = now
    log.warning("notice.stopped", notice=one.message.id, site=one.site)
    return True


def _taken_back(session: Session, row: tables.Notice) -> bool:
    """Whether somebody said "not a bear" after the verdict that this warning rests on, corrected again or not."""
    if row.kind is not NoticeKind.WARNING or row.alert_id is None:
        return False
    since = [given for given in alerts.reviews_of(session, row.alert_id) if given.id > (row.review_id or 0)]
    return any(given.verdict is Verdict.NOT_BEAR for given in since)


def _save(session: Session, row: tables.Notice, result: Result, now: datetime) -> None:
    """Write down what came of a try, unless another process has done so: the lease may have run out meanwhile."""
    if row.state is not NoticeState.WAITING:
        return
    if isinstance(result, Sent):
        row.state, row.sent_at, row.error = NoticeState.SENT, now, None
        _alert_is(session, row, AlertState.SENT)
        log.info("notice.sent", notice=row.id, kind=row.kind.value, receiver=row.receiver_id)
        return
    row.error = result.why
    if isinstance(result, Refused) or row.tries > len(PAUSES_S):
        row.state = NoticeState.FAILED
        log.error("notice.failed", notice=row.id, receiver=row.receiver_id, error=result.why)
        _hand_over(session, row, now)
    else:
        row.next_try_at = now + timedelta(seconds=PAUSES_S[row.tries - 1])
        log.warning("notice.delayed", notice=row.id, receiver=row.receiver_id, error=result.why)


def _hand_over(session: Session, row: tables.Notice, now: datetime) -> None:
    """A failed message goes to the receiver's second, and people are told that it failed."""
    receiver = session.get_one(tables.Receiver, row.receiver_id)
    second = session.get(tables.Receiver, receiver.second) if receiver.second else None
    if second is not None and second.retired_at is None and row.second_of is None and not _has(session, row, second):
        alert = session.get(tables.Alert, row.alert_id) if row.alert_id else None
        review = session.get(tables.Review, row.review_id) if row.review_id else None
        body = {**row.body, "instead_of": receiver.id}
        notices.add(
            session, key=f"{row.key}:second", kind=row.kind, receiver=second, alert=alert, review=review, body=body,
            state=NoticeState.WAITING, now=now, second_of=row.id,
        )  # fmt: skip
    else:
        _alert_is(session, row, AlertState.FAILED)
    if row.kind is not NoticeKind.OPERATIONS:
        site = session.get_one(tables.Site, row.site_id)
        says = f"{site.name}: a {row.kind} could not be delivered to {receiver.id}: {row.error}"
        operations.tell(session, row.site_id, key=f"failed:{row.id}", says=says, now=now)


def _has(session: Session, row: tables.Notice, second: tables.Receiver) -> bool:
    """Whether the second receiver was sent the same message itself, so that a copy would only wake it again."""
    same = notices.of_key(session, f"{row.key.removesuffix(f':{row.receiver_id}')}:{second.id}")
    return same is not None and same.state in (NoticeState.WAITING, NoticeState.SENT)


def _alert_is(session: Session, row: tables.Notice, state: AlertState) -> None:
    """The alert is sent once one of its warnings arrived, and failed when none did and none waits."""
    if row.kind is not NoticeKind.WARNING or row.alert_id is None:
        return
    alert = alerts.get(session, row.alert_id, lock=True)
    if alert.state not in (AlertState.CONFIRMED, AlertState.LIVE, AlertState.FAILED):
        return
    session.flush()
    others = {other.state for other in notices.of_alert(session, alert.id, NoticeKind.WARNING)}
    if state is AlertState.SENT or not others & {NoticeState.WAITING, NoticeState.SENT}:
        alert.state = state
