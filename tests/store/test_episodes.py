"""What was wrong with cameras, and when a bear could pass them unseen."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from store import episodes, tables, views
from store.episodes import Interval
from store.session import Engine, Session, reading, transaction
from store.vocabulary import CameraFault
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def wrong(
    session: Session, kind: CameraFault, since: float, until: float | None, *, camera: str | None = "creek",
    blind: bool = True,
) -> int:  # fmt: skip
    row = episodes.begin(
        session,
        camera,
        kind,
        since=NOW + since * HOUR,
        now=NOW + since * HOUR,
        says="it is",
        measured={},
        blind=blind,
    )
    row.ended_at = None if until is None else NOW + until * HOUR
    return row.id


def test_what_is_no_exposure_is_cut_to_the_period_and_counted_once(engine: Engine) -> None:
    with transaction(engine) as session:
        wrong(session, CameraFault.SILENT, -5, 1)
        wrong(session, CameraFault.MOVED, 0.5, 2)
        wrong(session, CameraFault.DISK_NEARLY_FULL, 3, 4, camera=None)
        wrong(session, CameraFault.DISK_NEARLY_FULL, 5, 6, camera=None, blind=False)
        wrong(session, CameraFault.BLACK, 7, None)
        wrong(session, CameraFault.COVERED, 20, 21)
    with reading(engine) as session:
        found = episodes.not_exposure(session, "creek", since=NOW, until=NOW + 10 * HOUR)
    hours = [((one.since - NOW) / HOUR, (one.until - NOW) / HOUR) for one in found]
    assert hours == [(0, 2), (3, 4), (7, 10)]


def test_a_camera_in_order_was_exposed_all_the_time(engine: Engine) -> None:
    with reading(engine) as session:
        assert episodes.not_exposure(session, "creek", since=NOW, until=NOW + HOUR) == list[Interval]()


def test_the_same_fault_is_open_once_at_a_camera(engine: Engine) -> None:
    with transaction(engine) as session:
        wrong(session, CameraFault.MOVED, 0, 1)
        wrong(session, CameraFault.MOVED, 1, None)
    with pytest.raises(IntegrityError), transaction(engine) as session:
        wrong(session, CameraFault.MOVED, 2, None)


def test_a_week_lists_what_lasted_into_it_for_the_sites_that_are_asked(engine: Engine) -> None:
    with transaction(engine) as session:
        wrong(session, CameraFault.SILENT, -200, -190)
        inside = [
            wrong(session, CameraFault.MOVED, -100, 1),
            wrong(session, CameraFault.DISK_NEARLY_FULL, 2, 3, camera=None),
        ]
    week = {"since": NOW - 168 * HOUR, "until": NOW + HOUR * 10}
    with reading(engine) as session:
        assert [row.id for row in episodes.between(session, **week, sites=("camp",))] == inside[::-1]
        assert [row.id for row in episodes.between(session, **week, sites=("other",))] == inside[1:]
        assert episodes.between(session, only_open=True) == []


def test_an_accepted_view_begins_a_segment_that_statistics_can_read(engine: Engine) -> None:
    with transaction(engine) as session:
        person = tables.Person(name="sam", role="supervisor", sites=[], password_hash="x", created_at=NOW)
        session.add(person)
        session.flush()
        views.put(session, "creek", night=False, shape=(2, 2), grey=b"abcd", at=NOW)
        views.change(session, "creek", person=person.id, since=NOW - HOUR, note="a better pole", now=NOW)
    with reading(engine) as session:
        assert [(one.since, one.note) for one in views.changes(session, "creek")] == [(NOW - HOUR, "a better pole")]
        assert views.reference(session, "creek", night=False) is None
