"""Whatever people, clock, automation and crashes do, in any order: nothing widens by itself or falls silent unseen.

The machine presses what people can press, through the real functions over a database; after every step the set of
(camera, minute, audience) that can be warned is worked out anew and compared.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ingest.decoding import Decoder
from rollout import (
    challenges,
    deadlines,
    forecasts,
    narrowing,
    outbox,
    proposals,
    protection,
    reviews,
    stops,
    version_back,
)
from rollout.actors import Actor
from rollout.stages import WARNS
from rollout.terms import read
from store import alerts as alert_rows
from store import audit, episodes, park, rules, tables
from store.errors import BearwatchError
from store.session import Engine, Session, reading, transaction
from store.vocabulary import Act, Audience, CameraFault, CameraKind, NoticeKind, NoticeState, Reason, Stage, Verdict
from tests.rollout.proposing import ANN, BOB, DAY, MODEL
from tests.rollout.reached import RANGERS, Reach, further, humans, reached, wider
from tests.rollout.scenes import notifiers
from tests.rollout.two_sites import ALT, CAMERAS, PEOPLE, REX, copied, fill
from tests.rollout.watching import Watching
from tests.rollout.widening import LATER

HOUR = timedelta(hours=1)
MOMENTS = [LATER + n * timedelta(hours=17, minutes=7) for n in range(40)]
"""Four weeks, at all hours of the day."""

MEMORY = Path("/dev/shm")
"""Where a commit waits for no disk; what a power cut leaves is tested elsewhere."""

SITES = st.sampled_from(sorted(CAMERAS))
WHO = st.sampled_from(list(PEOPLE))
SETTINGS = settings(
    deadline=None, suppress_health_check=list(HealthCheck), stateful_step_count=12, max_examples=8, derandomize=True,
    database=None,
)  # fmt: skip


class Crash(Exception):
    """The power went away before the commit."""


def terms(draw: Any) -> dict[str, Any]:
    """What somebody wants of a site, malformed and refused rules among it."""
    site = draw(SITES)
    wanted: dict[str, Any] = {
        "site": site, "stage": draw(st.sampled_from(["trial", "live", "live", "shadow", "off"])),
        "cooldown_minutes": 0, "cameras": draw(st.sampled_from([[], [], list(CAMERAS[site][:1]), ["gate"]])),
        "hours": draw(st.sampled_from([[], [], ["20:00-06:00"], ["08:00-12:00"]])),
        "threshold": draw(st.sampled_from([None, None, 0.4, 0.8])),
        "model": draw(st.sampled_from(["default", "default", "new"])),
        "guardrails": draw(st.sampled_from([{}, {"max_alerts_per_day": 0}, {"stop_on_data_fault": True}])),
        "first_day": _day(draw, [None, None, None, -3, 1, 4]), "last_day": _day(draw, [7, 7, 3, 13, 20, None]),
        "answers": {"if_it_worked_really_well": draw(st.sampled_from(["everyone sleeps", "everyone sleeps", ""]))},
        "override": draw(st.sampled_from([None, {"reason": "bear in camp"}, {"reason": "it is back"}])),
    }  # fmt: skip
    if wanted["stage"] == "live":
        wanted["audience"] = draw(st.sampled_from(["rangers", "campers"]))
    if draw(st.integers(0, 4)) == 0:
        wanted["canary"] = {"model": "new", "cameras": ["creek"], "last_day": _day(draw, [3, 8])}
    return wanted


def _day(draw: Any, offsets: list[int | None]) -> str | None:
    days = draw(st.sampled_from(offsets))
    return None if days is None else (LATER + days * DAY).date().isoformat()


WANTED = st.composite(terms)()
CHANGES: list[dict[str, Any]] = [
    {"hours": []},
    {"hours": ["21:00-05:00"]},
    {"hours": ["19:00-06:00"]},
    {"cameras": []},
    {"cameras": ["creek"]},
    {"last_day": (LATER + 9 * DAY).date().isoformat()},
    {"last_day": (LATER + 3 * DAY).date().isoformat()},
    {"stage": "live"},
    {"stage": "trial"},
    {"stage": "shadow"},
    {"audience": "campers", "stage": "live"},
    {"threshold": 0.4},
    {"threshold": None},
    {"threshold": 0.9},
    {"model": "new"},
    {"guardrails": {}},
    {"canary": {"model": "new", "cameras": ["creek"], "last_day": (LATER + 3 * DAY).date().isoformat()}},
]


class Park(RuleBasedStateMachine):
    """Two sites from their fifteenth day in shadow on. filled, decoder: shared by all examples."""

    filled: Path
    decoder: Decoder

    def __init__(self) -> None:
        super().__init__()
        self.held = ExitStack()
        self.folder = Path(self.held.enter_context(TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)))
        opened: tuple[Engine, Watching] = self.held.enter_context(copied(self.filled, self.folder, self.decoder))
        self.engine, self.watch = opened
        self.now, self.seen = LATER, 0
        self.warned: set[str] = set()
        with reading(self.engine) as session:
            self.before = reached(session, MOMENTS, self.now)

    def teardown(self) -> None:
        self.held.close()

    @contextmanager
    def change(self, crash: bool = False) -> Iterator[Session]:
        """One transaction that somebody begins: refused, lost with the power before its end, or counted."""
        try:
            with transaction(self.engine) as session:
                yield session
                session.flush()
                if crash:
                    raise Crash
        except (BearwatchError, Crash):
            pass

    @initialize(stage=st.sampled_from(["trial", "live", "live", "shadow"]), fragile=st.booleans())
    def begin(self, stage: str, fragile: bool) -> None:
        """By night, at one camera, for five days; two people said yes."""
        wanted = {
            "site": "camp", "stage": stage, "cameras": ["creek"], "hours": ["20:00-06:00"], "threshold": 0.6,
            "last_day": (LATER + 5 * DAY).date().isoformat(), "override": {"reason": "bear in camp"},
            "answers": {"if_it_worked_really_well": "everyone sleeps"}, "cooldown_minutes": 0,
            "guardrails": {"max_alerts_per_day": 0, "stop_on_data_fault": True} if fragile else {},
        }  # fmt: skip
        self._approve(self._propose(wanted, ANN, looks=False, crash=False) or 0, BOB, crash=False)

    # what people do

    @rule(
        wanted=WANTED,
        by=st.sampled_from([ANN, ANN, ANN, ALT, BOB, REX]),
        looks=st.booleans(),
        crash=st.integers(0, 9),
    )
    def propose(self, wanted: dict[str, Any], by: Actor, looks: bool, crash: int) -> None:
        self._propose(wanted, by, looks=looks, crash=crash == 0)

    @rule(wanted=WANTED, by=st.sampled_from([ANN, ALT]), second=st.sampled_from([BOB, BOB, BOB, ALT, REX]))
    def widen(self, wanted: dict[str, Any], by: Actor, second: Actor) -> None:
        """The whole way at once, so that something is in force to move on from."""
        number = self._propose(wanted | {"override": {"reason": "bear in camp"}}, by, looks=False, crash=False)
        if number is not None:
            self._approve(number, second, crash=False)

    @rule(hours=st.sampled_from([[], ["20:00-06:00"]]), last=st.sampled_from([5, 9]), second=WHO)
    def widen_on_evidence(self, hours: list[str], last: int, second: Actor) -> None:
        """As the checklist allows, without an override."""
        wanted = {
            "site": "camp", "stage": "trial", "last_day": (self.now + last * DAY).date().isoformat(), "hours": hours,
            "answers": {"if_it_worked_really_well": "everyone sleeps"}, "cooldown_minutes": 0,
        }  # fmt: skip
        number = self._propose(wanted, ANN, looks=True, crash=False)
        if number is not None:
            self._approve(number, second, crash=False)

    @rule(
        site=st.sampled_from(["camp", "camp", "camp", "meadow"]), by=st.sampled_from([ANN, ALT]),
        changes=st.lists(st.sampled_from(CHANGES), min_size=3, max_size=6),
    )  # fmt: skip
    def change_alone(self, site: str, by: Actor, changes: list[dict[str, Any]]) -> None:
        """One person proposes what is in force with one thing changed, and nobody else says yes; again and again."""
        for change in changes:
            with reading(self.engine) as session:
                row = rules.in_force(session, site)
                assert row is not None
            present = {name: said for name, said in row.body.items() if name not in ("canary", "override")}
            self._propose(present | change, by, looks=False, crash=False)
            self._compare()

    def _propose(self, wanted: dict[str, Any], by: Actor, *, looks: bool, crash: bool) -> int | None:
        try:
            said = read(wanted)
            forecast = forecasts.of_wanted(self.engine, said, default_model=MODEL, now=self.now) if looks else None
        except BearwatchError:
            return None
        with self.change(crash) as session:
            return proposals.propose(
                session, said, by=by, reason="try", now=self.now, default_model=MODEL, forecast=forecast
            ).rule
        return None

    @rule(number=st.integers(0, 5), by=WHO, crash=st.integers(0, 9))
    def approve(self, number: int, by: Actor, crash: int) -> None:
        waiting = self._rules("proposed")
        if waiting:
            self._approve(waiting[number % len(waiting)], by, crash=crash == 0)

    def _approve(self, number: int, by: Actor, *, crash: bool) -> None:
        with self.change(crash) as session:
            proposals.approve(session, number, by=by, now=self.now)

    @rule(number=st.integers(0, 5))
    def withdraw(self, number: int) -> None:
        waiting = self._rules("proposed", "approved")
        if waiting:
            with self.change() as session:
                proposals.withdraw(session, waiting[number % len(waiting)], by=ANN, now=self.now)

    @rule(site=st.sampled_from(["camp", "meadow", None]), crash=st.integers(0, 9))
    def stop(self, site: str | None, crash: int) -> None:
        with self.change(crash == 0) as session:
            stops.stop(session, site, by="somebody", reason="sirens", now=self.now)

    @rule(site=st.sampled_from(["camp", "meadow", None]), first=WHO, second=WHO)
    def lift(self, site: str | None, first: Actor, second: Actor) -> None:
        for by in (first, second):
            with self.change() as session:
                if session.get_one(tables.Person, by.id).revoked_at is None:  # nobody else can sign in
                    stops.lift(session, site, by=by, now=self.now, data_dir=self.folder)

    @rule(site=SITES)
    def accept(self, site: str) -> None:
        with self.change() as session:
            protection.accept(session, site, by=BOB, now=self.now)

    @rule(site=SITES)
    def go_back(self, site: str) -> None:
        with self.change() as session:
            version_back.go_back(session, site, by=BOB, reason="it finds less", now=self.now)

    @rule(verdict=st.sampled_from([Verdict.BEAR, Verdict.NOT_BEAR]))
    def answer(self, verdict: Verdict) -> None:
        with reading(self.engine) as session:
            waiting = alert_rows.open_ones(session)
        if waiting:
            with self.change() as session:
                reviews.record(
                    session, waiting[0], verdict=verdict, species=None, note=None, by=BOB, now=self.now
                )  # fmt: skip

    # what the clock does, and what happens

    @rule(hours=st.sampled_from([0.1, 7, 30, 24 * 5, 24 * 15, -0.5, -30]))
    def jump(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    @rule(crash=st.integers(0, 9))
    def tick(self, crash: int) -> None:
        with self.change(crash == 0) as session:
            proposals.keep_time(session, self.now)
        narrowing.keep(self.engine, self.now)
        self._compare()
        version_back.keep(self.engine, self.now)
        deadlines.keep(self.engine, self.now)

    @rule(covered=st.booleans())
    def fault(self, covered: bool) -> None:
        """A camera is covered, or is not any more."""
        with self.change() as session:
            held = _covered(session)
            if covered and held is None:
                episodes.begin(
                    session, "creek", CameraFault.COVERED, since=self.now, now=self.now, says="dark", measured={}
                )
            elif held is not None:
                held.ended_at = self.now

    @rule()
    def retire(self) -> None:
        with self.change() as session:
            challenges.retire(session, "new", by=ANN, default_model=MODEL, now=self.now)

    @rule(site=SITES)
    def new_camera(self, site: str) -> None:
        """It warns nobody until people say so."""
        with self.change() as session:
            if session.get(tables.Camera, f"{site}-new") is None:
                session.add(
                    tables.Camera(id=f"{site}-new", site_id=site, kind=CameraKind.STREAM, group_id="creek")
                )  # fmt: skip

    @rule(camera=st.sampled_from(["creek", "ridge", "gate"]))
    def bear(self, camera: str) -> None:
        """A bear is seen, and decided as the set says: never louder, never silent without a reason."""
        self.seen += 1
        at, site = self.now + timedelta(milliseconds=self.seen), "meadow" if camera == "gate" else "camp"
        with reading(self.engine) as session:
            how, _ = reached(session, [at], at).now.get((site, camera, at), (0, 0.0))
            stopped = rules.open_stop(session, site) is not None
            told = session.query(tables.Notice).filter(tables.Notice.alert_id.is_not(None)).count()
        done = self.watch.see(at, camera=camera, x=0.1 + self.seen % 5 * 0.15)
        with reading(self.engine) as session:
            more = session.query(tables.Notice).filter(tables.Notice.alert_id.is_not(None)).count() - told
        assert not (done.act is Act.WARN and how < RANGERS)
        assert not (done.act is Act.ASK and not how)
        if not how:
            assert done.act is not Act.JOIN or not more
            assert not more
        elif done.act is not Act.JOIN:
            assert done.act in (Act.ASK, Act.WARN) or done.reason is Reason.DAILY_CAP, done
        if stopped:
            assert done.reason in (Reason.KILL_SWITCH, Reason.OFF)

    @rule()
    def send(self) -> None:
        """The kill switch wins at the next send."""
        with reading(self.engine) as session:
            held = [site.id for site in park.sites(session) if rules.open_stop(session, site.id)]
            before = self._sent(session, held)
        outbox.send_due(self.engine, notifiers(self.folder), data_dir=self.folder, now=self.now)
        with reading(self.engine) as session:
            assert self._sent(session, held) == before

    def _sent(self, session: Session, sites: list[str]) -> int:
        wanted = session.query(tables.Notice).filter_by(state=NoticeState.SENT)
        return wanted.filter(tables.Notice.alert_id.is_not(None), tables.Notice.site_id.in_(sites)).count()

    def _rules(self, *states: str) -> list[int]:
        with reading(self.engine) as session:
            return [row.id for row in rules.waiting(session) if row.state in states]

    # what must hold

    @invariant()
    def nothing_widened_by_itself(self) -> None:
        self._compare()

    def _compare(self) -> None:
        with reading(self.engine) as session:
            after = reached(session, MOMENTS, self.now)
            grown = wider(after.approved, self.before.approved)
            for site in {where[0] for where in grown}:
                self._justified(session, site, after.approved, {k: v for k, v in grown.items() if k[0] == site})
            sites = {where[0] for where in wider(after.now, self.before.now)} - {where[0] for where in grown}
            lifted = self.before.stops - after.stops
            for number in lifted:
                _lifted_by_two(session, number)
            assert not sites or lifted or self.before.pauses - after.pauses
        self.before = after

    def _justified(self, session: Session, site: str, reach: Reach, grown: Reach) -> None:
        """It grew by a revision that two people approved as it stands, on evidence or by an override that shows."""
        row = rules.in_force(session, site)
        assert row is not None
        if "back_to" in row.evidence:
            replaced = {where: held for where, held in self.before.approved.items() if where[0] == site}
            assert not further({where: held for where, held in reach.items() if where[0] == site}, [replaced])
            return
        assert row.id != self.before.rules[site], "the same rule reaches further"
        assert len(humans(session, row)) >= 2, grown
        assert session.get_one(tables.ModelVersion, row.model_sha256).retired_at is None
        if row.override_reason is None:
            items = row.evidence["exit"]["items"]
            assert items
            assert all(item["met"] for item in items)
            held = _covered(session)
            assert held is None or "creek" not in (rules.cameras_of(row) or ())
        else:
            last = read(row.body).last_day
            first = read(row.body).first_day or row.proposed_at.date()
            assert last is not None
            assert last <= max(first, row.proposed_at.date() + DAY) + 14 * DAY
            assert proposals.view(session, row, self.now).override

    @invariant()
    def no_site_is_silent_unseen(self) -> None:
        with reading(self.engine) as session:
            for site in park.sites(session):
                row, gap = rules.in_force(session, site.id), rules.open_gap(session, site.id)
                assert row is not None
                protects = row.stage in WARNS and rules.open_stop(session, site.id) is None
                if protects:
                    self.warned.add(site.id)
                elif site.id in self.warned:
                    assert gap is not None
                    told = session.query(tables.Notice).filter(tables.Notice.key.startswith(f"gap:{gap.id}:"))
                    assert told.count()
                says = protection.of(session, site, self.now)
                assert protects or not says.protected
                over = (last := read(row.body).last_day) is not None and last < self._today(site)
                assert not (row.stage in WARNS and over and says.protected)

    def _today(self, site: tables.Site) -> Any:
        return proposals.revisions.today(site, self.now)

    @invariant()
    def no_warning_without_its_stage(self) -> None:
        with reading(self.engine) as session:
            for notice in session.query(tables.Notice).filter_by(kind=NoticeKind.WARNING):
                alert = alert_rows.get(session, notice.alert_id or 0)
                assert alert.stage is not Stage.SHADOW
                if alert.stage is Stage.TRIAL:
                    given = session.query(tables.Review).filter_by(alert_id=alert.id, verdict=Verdict.BEAR)
                    assert given.count()
                campers = session.get_one(tables.Receiver, notice.receiver_id).audience is Audience.CAMPERS
                assert not campers or rules.get(session, alert.rule_id).audience is Audience.CAMPERS
            assert session.query(tables.Decision).count() == self.seen

    @invariant()
    def the_chain_holds(self) -> None:
        with reading(self.engine) as session:
            assert audit.verify(session).ok


def _covered(session: Session) -> tables.Episode | None:
    return next((row for row in episodes.open_of(session, "creek") if row.kind is CameraFault.COVERED), None)


def _lifted_by_two(session: Session, number: int) -> None:
    stop = session.get_one(tables.Stop, number)
    who = {stop.lift_asked_by, stop.lifted_by}
    assert None not in who
    assert len(who) == 2
    assert who != {ANN.id, ALT.id}, "one human with two accounts"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Park]]:
    """Makes the machine over a park that is filled once."""
    filled = tmp_path_factory.mktemp("park") / "filled.db"
    fill(f"sqlite:///{filled}")
    with Decoder() as decoder:
        yield type("Machine", (Park,), {"filled": filled, "decoder": decoder})


def test_nothing_widens_by_itself_and_nothing_narrows_unseen(machine: Callable[[], Park]) -> None:
    run_state_machine_as_test(machine, settings=SETTINGS)


@pytest.mark.long
def test_nor_in_many_more_and_longer_histories(machine: Callable[[], Park]) -> None:
    run_state_machine_as_test(
        machine, settings=settings(SETTINGS, max_examples=300, stateful_step_count=40, derandomize=False)
    )


@pytest.mark.parametrize("stage", ["trial", "live"])
def test_no_change_of_one_person_alone_reaches_further(machine: Callable[[], Park], stage: str) -> None:
    for change in CHANGES:
        park_ = machine()
        try:
            park_.begin(stage=stage, fragile=False)
            park_._compare()
            assert park_.before.approved
            park_.change_alone(site="camp", by=ANN, changes=[change])
        finally:
            park_.teardown()
