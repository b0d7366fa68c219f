"""Pictures past their budget go, oldest first; what people need stays, and every row and decision does."""

from datetime import timedelta
from pathlib import Path

import pytest

from ingest import retention
from ingest.intake import Intake
from ingest.retention import Budget, keep
from store import keeping, recordings, tables
from store.archive import FolderArchive
from store.errors import DiskNearlyFull
from store.frames import NewFrame
from store.frames import keep as keep_frame
from store.session import Engine, Session, reading, transaction
from store.vocabulary import (
    Act,
    AlertState,
    Audience,
    Evidence,
    Origin,
    Reason,
    Role,
    RowSource,
    RowState,
    RuleState,
    Stage,
    Verdict,
)
from tests.conftest import NOW

DAY = timedelta(days=1)
LATER = NOW + 4000 * DAY
"""Long after this test's files were written, by their own clock."""


class Shelf:
    """A database and an archive with pictures of every kind in them."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.archive, self.number = engine, FolderArchive(folder), 0
        with transaction(engine) as session:
            session.add_all([
                tables.Person(id=1, name="riley", role=Role.RANGER, sites=[], password_hash="x", created_at=NOW),
                tables.Rule(
                    id=1, site_id="camp", revision=1, model_sha256="a" * 64, stage=Stage.TRIAL,
                    audience=Audience.RANGERS, body={}, state=RuleState.IN_FORCE, widens=False, needs_second=False,
                    reason="try", evidence={},
                    bound_to="x", proposed_at=NOW,
                ),
            ])  # fmt: skip

    def frame(self, *, days: float = 100, decided: bool = True, data: bytes | None = None) -> tuple[int, str]:
        """A picture of so many days ago, in no visit."""
        self.number += 1
        data = data or b"picture %d " % self.number * 10
        digest, at = self.archive.put(data), LATER - days * DAY
        with transaction(self.engine) as session:
            row = keep_frame(
                session,
                NewFrame(
                    camera="creek", sha256=digest, stated_at=at, taken_at=at, received_at=at, origin=Origin.DOOR,
                    width=64, height=48, size_bytes=len(data),
                ),
            ).id  # fmt: skip
            if decided:
                session.add(
                    tables.Decision(
                        frame_id=row, camera_id="creek", stage=Stage.TRIAL, act=Act.NOTHING,
                        reason=Reason.NOTHING_FOUND, says="nothing", decided_at=at,
                    )
                )  # fmt: skip
        return row, digest

    def alert(self, state: AlertState, *verdicts: Verdict) -> str:
        """A picture of an alert, with what people said of it."""
        frame, digest = self.frame()
        with transaction(self.engine) as session:
            visit = tables.Visit(
                group_id="creek", site_id="camp", camera_id="creek", model_sha256="a" * 64, label="bear", bear=True,
                started_at=NOW, last_at=NOW, frames=1, p_bear=0.9, best_frame_id=frame,
            )  # fmt: skip
            session.add(visit)
            session.flush()
            session.get_one(tables.Decision, frame).visit_id = visit.id
            alert = tables.Alert(
                visit_id=visit.id, site_id="camp", camera_id="creek", cameras=["creek"], state=state,
                stage=Stage.TRIAL, audience=Audience.RANGERS, reason=Reason.HELD_FOR_REVIEW, says="held",
                rule_id=1, frame_id=frame,
                label="bear", p_bear=0.9, boxes=[], raised_at=NOW, taken_at=NOW, would_have={},
            )  # fmt: skip
            session.add(alert)
            session.flush()
            session.add_all(tables.Review(alert_id=alert.id, person_id=1, verdict=one, at=NOW) for one in verdicts)
        return digest

    def training(self) -> str:
        """A picture that chance drew for people to look at."""
        frame, digest = self.frame()
        with transaction(self.engine) as session:
            session.add(
                tables.TrainingRow(
                    frame_id=frame, site_id="camp", camera_id="creek", source=RowSource.AUDIT, state=RowState.WAITING,
                    says="drawn", created_at=NOW,
                )
            )  # fmt: skip
        return digest

    def keep(self, **limits: Budget) -> int:
        return keep(self.engine, self.archive, {Evidence(name): one for name, one in limits.items()}, now=LATER)


@pytest.fixture
def shelf(engine: Engine, tmp_path: Path) -> Shelf:
    return Shelf(engine, tmp_path / "archive")


ALL = dict.fromkeys(("quiet", "visits", "alerts", "clips"), Budget(days=30))


def test_what_is_too_old_goes_and_its_row_and_decision_stay(shelf: Shelf) -> None:
    (old, gone), (_, young) = shelf.frame(days=31), shelf.frame(days=29)
    assert shelf.keep(**ALL) == 1
    assert (shelf.archive.has(gone), shelf.archive.has(young)) == (False, True)
    with reading(shelf.engine) as session:
        assert session.get(tables.Frame, old) is not None
        assert session.get(tables.Decision, old) is not None
        told = keeping.dropped(session, gone)
        assert told is not None and "older than 30 days" in told.why and told.at == LATER
    assert shelf.keep(**ALL) == 0


def test_pending_confirmed_audited_disputed_and_training_pictures_are_never_dropped(shelf: Shelf) -> None:
    kept = [
        shelf.frame(decided=False)[1],
        shelf.alert(AlertState.PENDING),
        shelf.alert(AlertState.CLAIMED),
        shelf.alert(AlertState.CONFIRMED, Verdict.BEAR),
        shelf.alert(AlertState.DISMISSED, Verdict.UNSURE, Verdict.NOT_BEAR),
        shelf.alert(AlertState.DISMISSED, Verdict.BEAR, Verdict.NOT_BEAR),
        shelf.training(),
    ]
    gone = [shelf.alert(AlertState.DISMISSED, Verdict.NOT_BEAR), shelf.alert(AlertState.EXPIRED)]
    tiny = {name: Budget(days=1, size_bytes=1) for name in ALL}
    assert shelf.keep(**tiny) == 2
    assert [shelf.archive.has(one) for one in kept] == [True] * len(kept)
    assert [shelf.archive.has(one) for one in gone] == [False, False]
    with reading(shelf.engine) as session:
        told = {row.kind: row.pictures for row in keeping.counted(session)}
    assert (told[Evidence.KEPT], told[Evidence.ALERTS]) == (len(kept), 0)


def test_a_recording_goes_by_its_own_budget_unless_a_kept_picture_lies_in_it(shelf: Shelf) -> None:
    quiet, told = [shelf.archive.put(data) for data in (b"a quiet minute", b"a minute with an open alert")]
    frame, _ = shelf.frame(days=50, decided=False)
    with transaction(shelf.engine) as session:
        for digest, days in ((quiet, 80), (told, 50)):
            at = LATER - days * DAY
            recordings.keep(
                session,
                recordings.NewRecording(
                    camera="creek", sha256=digest, size=14, codec="h264", began_at=at - timedelta(seconds=5),
                    ended_at=at + timedelta(seconds=5), width=64, height=48,
                ),
            )  # fmt: skip
    assert frame
    assert keep(shelf.engine, shelf.archive, {Evidence.RECORDINGS: Budget(days=30)}, now=LATER) == 1
    assert not shelf.archive.has(quiet)
    assert shelf.archive.has(told)


def test_the_same_bytes_stay_while_a_newer_picture_has_them(shelf: Shelf) -> None:
    _, old = shelf.frame(days=100, data=b"twice" * 20)
    _, new = shelf.frame(days=1, data=b"twice" * 20)
    assert old == new
    assert shelf.keep(**ALL) == 0
    assert shelf.archive.has(new)


def test_beyond_its_size_the_oldest_go_until_the_rest_fits(shelf: Shelf) -> None:
    pictures = [shelf.frame(days=days, data=b"%d" % (10 + days) * 50)[1] for days in (9, 8, 7, 6)]
    assert shelf.keep(quiet=Budget(size_bytes=250)) == 2
    assert [shelf.archive.has(one) for one in pictures] == [False, False, True, True]


def test_a_quiet_picture_goes_although_others_are_in_alerts(shelf: Shelf) -> None:
    kept, (_, quiet) = shelf.alert(AlertState.PENDING), shelf.frame()
    shelf.frame()
    assert shelf.keep(**ALL) == 2
    assert (shelf.archive.has(kept), shelf.archive.has(quiet)) == (True, False)


def test_no_budget_drops_nothing_and_still_counts_with_the_oldest(shelf: Shelf) -> None:
    shelf.frame(days=900)
    assert shelf.keep(quiet=Budget()) == 0
    with reading(shelf.engine) as session:
        quiet = next(row for row in keeping.counted(session) if row.kind is Evidence.QUIET)
    assert (quiet.pictures, quiet.oldest_at) == (1, LATER - 900 * DAY)
    assert retention.budgets({}) == dict.fromkeys(keeping.DROPPABLE, Budget())


def test_a_file_that_was_gone_already_is_noted_and_stops_nothing(shelf: Shelf) -> None:
    (_, lost), (_, other) = shelf.frame(days=50), shelf.frame(days=40)
    shelf.archive.path(lost).unlink()
    assert shelf.keep(**ALL) == 2
    assert not shelf.archive.has(other)


def test_what_was_put_a_moment_ago_stays_although_its_row_is_old(shelf: Shelf) -> None:
    _, digest = shelf.frame(days=50)
    assert shelf.archive.drop(digest, now=NOW - 1000 * DAY) is None
    assert shelf.archive.has(digest)


def test_a_full_disk_refuses_before_anything_is_written(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "full"
    intake = Intake(engine=engine, archive=FolderArchive(folder), data_dir=tmp_path, disk_floor_bytes=10**18)
    with pytest.raises(DiskNearlyFull, match="must stay free"):
        intake.archived(b"a picture")
    assert not folder.exists()
    with reading(engine) as session:
        assert _frames(session) == 0


def _frames(session: Session) -> int:
    return session.query(tables.Frame).count()
