"""One decision core: a week of frames decided live, then again in memory, and every decision compared."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from ingest.decoding import Decoder
from ingest.frames import Pixels, Region
from model.detections import Box, Detection, Failed, Found
from rollout import deadlines, outbox, pipeline, proposals, reviews, stops, stored
from rollout.parts import Parts
from rollout.retelling import Retold, Teller
from rollout.terms import read
from store import alerts, frames, narrowing, park, rules, tables
from store.archive import FolderArchive
from store.frame_queue import TableQueue
from store.frames import NewFrame
from store.session import Engine, reading, transaction
from store.vocabulary import OPEN, Act, AlertState, CameraKind, Light, Origin, QuietState, Reason, Verdict
from tests.rollout.scenes import ADA, MODEL, RILEY, SAM, notifiers, trial

OTHER = "b" * 64
BEGIN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FRAMES = 800
STEP = timedelta(days=7) / FRAMES
ORIGINS = [Origin.STREAM, Origin.DOOR, Origin.DOOR, Origin.REPLAY, Origin.BULK, Origin.SEEDED]
WEIGHTS = [8, 6, 3, 2, 0.4, 0.4]
LABELS = ("grizzly", "black", "elk", "empty")


class Placeless(FolderArchive):
    """An archive that nobody opens: a picture is known by its name alone."""

    def path(self, sha256: str) -> Path:
        return Path(sha256)


class Numbered(Decoder):
    """Opens nothing: the picture is the number in its name."""

    def picture(self, source: bytes | Path, max_side: int | None = None) -> Pixels:
        number = int(str(source))
        return np.array([[[number // 256, number % 256, 0]]], dtype=np.uint8)


class Drawn:
    """Says of each numbered picture what was drawn for it."""

    sha256 = MODEL

    def __init__(self, found: Sequence[Found]) -> None:
        self.found = found

    def enough(self, width: int, height: int, motion: Sequence[Region] | None = None) -> int:
        return 1

    def prepare(self, pixels: Pixels, motion: Sequence[Region] | None = None) -> int:
        return int(pixels[0, 0, 0]) * 256 + int(pixels[0, 0, 1])

    def detect(self, prepared: int) -> Found:
        return self.found[prepared]


def draw(chance: random.Random) -> Found:
    """What a version might say: sure bears, doubtful ones, other animals, nothing, and now and then a failure."""
    if chance.random() < 0.01:
        return Failed(kind="undecodable", detail="broken")
    label = chance.choices(LABELS, [4, 2, 1, 2])[0]
    p = chance.choice([0.3, 0.45, 0.55, 0.7, 0.95]) if label in LABELS[:2] else chance.choice([0.02, 0.2, 0.55])
    shares = {"grizzly": 0.6 * p, "black": 0.4 * p, "elk": 0.0, "empty": 0.0}
    if label not in LABELS[:2]:
        shares[label] = 1 - p
    box = Box(x=chance.choice([0.1, 0.12, 0.7]), y=0.4, w=0.1, h=0.1, label=label, p=p)
    return Detection(
        label=label, index=0, probabilities=shares, p_bear=p, bear=p >= 0.5, threshold=0.5,
        out_of_domain_p=chance.choice([None, 0.5, 0.001]), night=False, boxes=(box,) if chance.random() < 0.8 else (),
        model=MODEL, seconds=0.0,
    )  # fmt: skip


class Week:
    """Cameras, people and rules at site camp for a week."""

    def __init__(self, engine: Engine, folder: Path, seed: int) -> None:
        self.engine, self.folder, self.chance = engine, folder, random.Random(seed)
        self.scene = trial(engine, folder, hours=["18:00-09:00"], last_day="2026-12-02")
        with transaction(engine) as session:
            session.get_one(tables.ModelVersion, MODEL).labels = list(LABELS)
            session.add(
                tables.ModelVersion(
                    sha256=OTHER, name="other", path="model", labels=list(LABELS), threshold=0.5, added_at=BEGIN
                )
            )
            session.get_one(tables.Camera, "creek").kind = CameraKind.STREAM
            for name, group in (("creek2", "creek"), ("ridge", "ridge"), ("new", "new")):
                session.merge(tables.CameraGroup(id=group))
                session.flush()
                session.add(tables.Camera(id=name, site_id="camp", kind=CameraKind.STREAM, group_id=group))
        self.found = [draw(self.chance) for _ in range(FRAMES)]
        self.parts = Parts(
            engine=engine, archive=Placeless(folder / "archive"), queue=TableQueue(engine), decoder=Numbered(),
            detector=lambda _: Drawn(self.found), data_dir=folder,
        )  # fmt: skip

    def pass_by(self) -> None:
        """Frame after frame, with what people do between them."""
        at = BEGIN
        for number in range(FRAMES):
            burst = number % 4 or number // 40 in NEW_VIEW
            at += timedelta(seconds=20) if burst else STEP * 4 * self.chance.expovariate(1)
            self._people(number, at)
            self._frame(number, at)

    def _frame(self, number: int, now: datetime) -> None:
        origin = self.chance.choices(ORIGINS, WEIGHTS)[0]
        late = (
            timedelta(minutes=self.chance.choice([0, 0, 0, 0, 5, 40, 700])) if origin is Origin.DOOR else timedelta()
        )
        waits = (
            timedelta(hours=3) if self.chance.random() < 0.06 else timedelta(seconds=self.chance.choice([0, 2, 9]))
        )
        waits = timedelta() if origin in (Origin.REPLAY, Origin.BULK) else waits
        received = now - waits
        taken = received - late
        with transaction(self.engine) as session:
            frames.keep(session, NewFrame(
                camera=self.chance.choice(["creek", "creek", "creek2", "ridge", *NEW_VIEW.get(number // 40, [])]),
                sha256=f"{number}",
                stated_at=taken if self.chance.random() < 0.5 else None, taken_at=taken, received_at=received,
                origin=origin, width=640, height=360,
                send=origin not in (Origin.REPLAY, Origin.BULK), queued_at=now,
            ))  # fmt: skip
        lease = self.parts.queue.claim("w", now=now)
        assert lease is not None
        with self.parts.keeper.held(self.parts.queue, lease, now=now):
            pipeline.process(lease, parts=self.parts, now=now)

    def _people(self, number: int, now: datetime) -> None:
        if number % 40 == 20:
            self._send(now)
            deadlines.keep(self.engine, now)
        if number in RULES:
            self._rule(RULES[number], now)
        if number == QUIET_AT:
            self._quiet_place(now)
        if number in NARROWED:
            self._narrow(now, begins=number == NARROWED[0])
        if number in STOPS:
            self._send(now)
            with transaction(self.engine) as session:
                stops.stop(session, "camp", by="riley", reason="try", now=now)
        if number - 25 in STOPS:
            for who in (SAM, ADA):
                with transaction(self.engine) as session:
                    stops.lift(session, "camp", by=who, now=now, data_dir=self.folder)
        if self.chance.random() < 0.12:
            self._answer(now)

    def _quiet_place(self, now: datetime) -> None:
        """False boxes keep falling on the left of one camera."""
        with transaction(self.engine) as session:
            session.add(
                tables.QuietPlace(
                    camera_id="creek", model_sha256=MODEL, state=QuietState.ACCEPTED, light=Light.BOTH,
                    x=0.05, y=0.3, w=0.3, h=0.4, most_p=0.6, alerts=[], first_at=BEGIN, last_at=now,
                    proposed_at=now, settled_by=ADA.id,
                    settled_at=now, why="a stump", until=now + timedelta(days=2),
                )
            )  # fmt: skip

    def _narrow(self, now: datetime, *, begins: bool) -> None:
        """A guardrail fails, and is answered later."""
        with transaction(self.engine) as session:
            if begins:
                rule = rules.in_force(session, "camp")
                assert rule is not None
                narrowing.add(
                    session, rule, "min_precision", period="x", technical=False, says="too low", numbers={}, now=now
                )  # fmt: skip
            else:
                narrowing.end(session, narrowing.open_of(session, "camp"), why="it passes again", now=now)

    def _send(self, now: datetime) -> None:
        outbox.send_due(self.engine, notifiers(self.folder), data_dir=self.folder, now=now)

    def _rule(self, terms: dict[str, object], now: datetime) -> None:
        told = {
            "site": "camp", "override": {"reason": "try"}, "answers": {"if_it_worked_really_well": "sleep"},
            "last_day": "2026-12-02", **terms,
        }  # fmt: skip
        with transaction(self.engine) as session:
            view = proposals.propose(session, read(told), by=ADA, reason="try", now=now, default_model=MODEL)
            if view.state == "proposed":
                proposals.approve(session, view.rule, by=SAM, now=now)

    def _answer(self, now: datetime) -> None:
        """Answer the newest alert, or correct an answer; the outbox has sent what there was."""
        self._send(now)
        with reading(self.engine) as session:
            newest = alerts.page(session, states=(), sites=None, cursor=None, limit=4)
        verdict = self.chance.choice([Verdict.BEAR, Verdict.NOT_BEAR, Verdict.NOT_BEAR, Verdict.UNSURE])
        for row in newest[: self.chance.choice([1, 2])]:
            with transaction(self.engine) as session:
                last = alerts.verdict_of(session, row.id)
                if last in (Verdict.BEAR, Verdict.NOT_BEAR):
                    if verdict not in (last, Verdict.UNSURE) and row.state not in OPEN:
                        reviews.correct(session, row.id, verdict=verdict, note=None, by=SAM, now=now)
                elif row.state in (*OPEN, AlertState.SHADOW, AlertState.LIVE, AlertState.SENT, AlertState.EXPIRED):
                    reviews.record(session, row.id, verdict=verdict, species=None, note=None, by=RILEY, now=now)


RULES: dict[int, dict[str, object]] = {
    120: {"stage": "shadow"},
    180: {"stage": "live", "cooldown_minutes": 45},
    290: {"stage": "live", "sun": "night", "guardrails": {"max_alerts_per_day": 3}},
    400: {"stage": "live", "cameras": ["creek"], "threshold": 0.4, "cooldown_minutes": 0},
    520: {"stage": "off"},
    545: {"stage": "trial", "guardrails": {"max_alerts_per_day": 2}, "cooldown_minutes": 10},
    660: {
        "stage": "live",
        "weekdays": ["mon", "tue"],
        "hours": ["00:00-24:00"],
        "canary": {"model": "other", "cameras": ["ridge"], "last_day": "2026-12-02", "threshold": 0.6},
    },
}
NEW_VIEW = {5: ["new"] * 8}
"""A camera that gives its first frames while the rule is live: by forties of frames."""

QUIET_AT = 300
NARROWED = (410, 450)
STOPS = (260, 570, 720)


def retold(engine: Engine) -> list[Retold]:
    """The whole week again, from what is stored."""
    with reading(engine) as session:
        site = park.site(session, "camp")
        teller = Teller(place=stored.place(session, site), rule_at=stored.as_decided(session, "camp"))
        again = stored.frames(session, "camp", since=BEGIN - timedelta(days=1), until=BEGIN + timedelta(days=60))
        return list(teller.tell(again, stored.answers(session, "camp", since=BEGIN)))


def test_a_week_decided_again_in_memory_gives_every_decision_that_live_wrote(engine: Engine, tmp_path: Path) -> None:
    week = Week(engine, tmp_path, seed=7)
    week.pass_by()
    again = retold(engine)
    with reading(engine) as session:
        live = {row.frame_id: row for row in session.query(tables.Decision)}
        raised = session.query(tables.Alert).count()
    assert len(again) == len(live) == FRAMES
    wrong = [
        (one.scored.frame, one.decision.says, live[one.scored.frame].says)
        for one in again
        if (one.decision.act, one.decision.reason, one.decision.stage)
        != (live[one.scored.frame].act, live[one.scored.frame].reason, live[one.scored.frame].stage)
    ]
    assert wrong == []
    assert sum(one.alert is not None for one in again) == raised
    reasons = Counter(row.reason for row in live.values())
    assert set(reasons) == set(Reason) - {Reason.SHED, Reason.NO_RULE}, reasons
    assert {row.act for row in live.values()} == set(Act)
    assert {row.model_sha256 for row in live.values()} >= {MODEL, OTHER}
