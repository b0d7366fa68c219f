"""Outbox: sends what is due, at least once. The send lies between two transactions: a lease, and what came of it."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from rollout import leaving, lifting, operations, stops
from rollout.leaving import Pictures, Wanted
from rollout.notify import Notifiers, Outgoing, Refused, Result, Sent, Unreachable
from store import alerts, notices, tables
from store.errors import StoreError
from store.session import Engine, Session, transaction
from store.vocabulary import AlertState, NoticeKind, NoticeState, Verdict

AT_ONCE = 24
"""Receivers that are sent to side by side, so that one that hangs keeps no warning from the others."""

PATIENCE_S = 5.0
"""One call begins nothing more and waits for nothing more after this."""

LOOKS_S = 0.2
"""While something is in flight, this often what became due since is looked for."""

SEND_LEASE = timedelta(seconds=30)
"""Another process that sends leaves a notice alone for this long: longer than a try may take."""

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
    picture: Wanted | None = None


class Flight:
    """Tries under way, one a receiver, each in a thread of its own. They may outlive the call that began them."""

    def __init__(self) -> None:
        self._receivers: set[str] = set()
        self._changed = threading.Condition()

    def receivers(self) -> frozenset[str]:
        """Those that something is being sent to."""
        with self._changed:
            return frozenset(self._receivers)

    def begin(self, receiver: str, work: Callable[[], None]) -> None:
        """Do this beside everything else. The caller begins no second one for the same receiver."""
        with self._changed:
            self._receivers.add(receiver)
        threading.Thread(target=self._do, args=(receiver, work), name=f"send-{receiver}", daemon=True).start()

    def wait(self, busy: frozenset[str], timeout_s: float) -> None:
        """Until others are in flight than these, or for so long."""
        with self._changed:
            self._changed.wait_for(lambda: self._receivers != busy, timeout_s)

    def land(self, timeout_s: float) -> None:
        """Wait until nothing is in flight, or for so long."""
        with self._changed:
            self._changed.wait_for(lambda: not self._receivers, timeout_s)

    def _do(self, receiver: str, work: Callable[[], None]) -> None:
        try:
            work()
        except StoreError as fault:
            log.warning("notice.unmarked", receiver=receiver, error=fault.detail)  # it is sent again after its lease
        except Exception:
            log.exception("notice.broke", receiver=receiver)
        finally:
            with self._changed:
                self._receivers.discard(receiver)
                self._changed.notify_all()


@dataclass(eq=False)
class Round:
    """What came of the tries that one call began. Threads share it. lost: receivers that could not be reached."""

    arrived: int = 0
    lost: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def came(self, one: Try, result: Result) -> None:
        """Count it."""
        with self._lock:
            self.arrived += isinstance(result, Sent)
            self.lost |= {one.message.receiver} if isinstance(result, Unreachable) else set()


def send_due(
    engine: Engine, notifiers: Notifiers, *, data_dir: Path, now: datetime, flight: Flight | None = None,
    clock: Callable[[], datetime] | None = None, pictures: Pictures | None = None,
) -> int:  # fmt: skip
    """Send what is due, each receiver's messages one after the other; gives how many arrived meanwhile.

    A receiver that could not be reached is left alone until the next call. One that hangs keeps nobody: the call
    ends after PATIENCE_S at the latest, and what is in flight then ends by itself. flight: of the calls before.
    clock: by which leases begin and tries end, since `now` is only when the call began; None: all of it happens then.
    pictures: makes those that leave; None: none does.
    """
    stops.latch_files(engine, data_dir, now)
    flight, made, start = flight or Flight(), Round(), time.monotonic()
    clock = clock or (lambda: now)
    held = partial(_held, engine, data_dir, clock)
    send = partial(_sent, notifiers, pictures, held)
    while time.monotonic() - start < PATIENCE_S:
        busy = flight.receivers()
        one = _lease(engine, besides=busy | made.lost, now=clock()) if len(busy) < AT_ONCE else None
        if one is None and not busy:
            break
        if one is None:
            flight.wait(busy, LOOKS_S)
        elif not held(one):
            flight.begin(one.message.receiver, partial(_send, engine, send, one, clock, made))
    return made.arrived


def _sent(notifiers: Notifiers, pictures: Pictures | None, held: Callable[[Try], bool], one: Try) -> Result | None:
    """None where it was held while its picture was made, which may take seconds."""
    if one.picture is None or pictures is None:
        return notifiers.send(one.message)
    message = pictures.beside(one.message, one.picture)
    return None if held(one) else notifiers.send(message)


def _send(
    engine: Engine, send: Callable[[Try], Result | None], one: Try, clock: Callable[[], datetime], made: Round
) -> None:
    """One try and what came of it, however long it took."""
    result = send(one)
    if result is not None:
        _mark(engine, one, result, clock())
        made.came(one, result)


def _lease(engine: Engine, *, besides: Collection[str], now: datetime) -> Try | None:
    """The most urgent message to any receiver but these; nobody else sends it for a while."""
    with transaction(engine) as session:
        row = notices.due(session, now, besides=besides)
        return _leased(session, row, now) if row else None


def _mark(engine: Engine, one: Try, result: Result, now: datetime) -> None:
    with transaction(engine) as session:
        _save(session, _locked(session, one.message.id), result, now)


def _locked(session: Session, notice: str) -> tables.Notice:
    """The notice, its alert locked first: a verdict given meanwhile lies wholly before this or wholly after it."""
    row = notices.get(session, notice)
    if row.alert_id is not None:
        alerts.get(session, row.alert_id, lock=True)
    return notices.get(session, notice, lock=True)


def _leased(session: Session, row: tables.Notice, now: datetime) -> Try:
    row.next_try_at = now + SEND_LEASE
    row.tries += 1
    receiver = session.get_one(tables.Receiver, row.receiver_id)
    message = Outgoing(id=row.id, kind=row.kind.value, receiver=receiver.id, url=receiver.url, body=dict(row.body))
    return Try(
        message=message, site=row.site_id,
        held_by_stop=row.kind in HELD_BY_STOP or notices.is_of_a_test(session, row),
        picture=leaving.wanted(session, row),
    )  # fmt: skip


def _held(engine: Engine, data_dir: Path, clock: Callable[[], datetime], one: Try) -> bool:
    return one.held_by_stop and _stopped(engine, data_dir, one, clock())


def _stopped(engine: Engine, data_dir: Path, one: Try, now: datetime) -> bool:
    """Whether this message must not leave: a stop, by file too, a verdict that was corrected since, or a test.

    Nor does it where it waits no more: a stop was pressed and lifted meanwhile, or another process sent it.
    """
    with transaction(engine) as session:
        row = _locked(session, one.message.id)
        if row.state is not NoticeState.WAITING:
            return True
        if notices.is_of_a_test(session, row):
            row.state, row.error, row.next_try_at = NoticeState.STOPPED, "a test reaches nobody", now
            return True
        stop = stops.held_by_file(data_dir, one.site) or stops.stopped(session, one.site)
        if not stop and not _taken_back(session, row):
            return False
        row.state, row.error = NoticeState.STOPPED, "the stop was on" if stop else "the verdict was corrected"
        row.next_try_at = now
        if stop and row.kind is NoticeKind.WARNING and row.alert_id is not None and row.review_id is not None:
            alert = alerts.get(session, row.alert_id)
            lifting.tell_confirmed(session, alert, row.review_id, why="the site is stopped", now=now)
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
            session, {f"{row.key}:second": second}, kind=row.kind, alert=alert, review=review, body=body,
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
