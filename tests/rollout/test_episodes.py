"""People are told of a camera's fault once, reminded daily, and what they say of it stands in the audit."""

from datetime import timedelta

import pytest

from rollout import episodes as telling
from rollout.actors import Actor
from store import audit, episodes, notices, people, tables, views
from store.errors import NotAllowedNow, NotPermitted
from store.session import Engine, Session, transaction
from store.vocabulary import Audience, CameraFault, NoticeKind, Role
from tests.conftest import NOW

DAY = timedelta(days=1)


def park(session: Session) -> Actor:
    """A receiver, and a supervisor."""
    session.add(tables.Receiver(id="team", site_id="camp", audience=Audience.RANGERS, url="folder:out"))
    person = tables.Person(name="sam", role=Role.SUPERVISOR, sites=[], password_hash="x", created_at=NOW)
    session.add(person)
    session.flush()
    return Actor(id=person.id, name="sam", role=Role.SUPERVISOR, sites=())


def wrong(session: Session, kind: CameraFault = CameraFault.MOVED) -> tables.Episode:
    return episodes.begin(session, "creek", kind, since=NOW, now=NOW, says="8% to the right", measured={})


def told(session: Session) -> list[str]:
    rows = session.query(tables.Notice).order_by(tables.Notice.created_at, tables.Notice.key).all()
    assert all(row.kind is NoticeKind.OPERATIONS for row in rows)
    return [str(row.body["says"]) for row in rows]


def test_it_is_told_once_reminded_after_a_day_and_its_end_is_told(engine: Engine) -> None:
    with transaction(engine) as session:
        park(session)
        row = wrong(session)
        for hours in (0, 1, 23):
            telling.tell(session, NOW + timedelta(hours=hours))
        assert len(told(session)) == 1
        assert "camera creek is moved (8% to the right), this time counts as not watched. Mend: " in told(session)[0]
        telling.tell(session, NOW + DAY)
        assert "is still moved" in told(session)[1]
        row.ended_at = NOW + 1.5 * DAY
        for hours in (36, 37, 100):
            telling.tell(session, NOW + timedelta(hours=hours))
        assert told(session)[2:] == ["Camp: camera creek is no longer moved."]
        assert notices.due(session, NOW + 5 * DAY) is not None


def test_several_faults_of_a_site_are_one_notice(engine: Engine) -> None:
    with transaction(engine) as session:
        park(session)
        wrong(session)
        wrong(session, CameraFault.CLOCK_OFF)
        telling.tell(session, NOW)
        assert len(told(session)) == 1 and "clock off" in told(session)[0]


def test_a_stream_that_comes_back_soon_is_told_to_nobody(engine: Engine) -> None:
    with transaction(engine) as session:
        park(session)
        row = wrong(session, CameraFault.SILENT)
        telling.tell(session, NOW + timedelta(minutes=4))
        row.ended_at = NOW + timedelta(minutes=4)
        telling.tell(session, NOW + timedelta(minutes=9))
        assert told(session) == []


def test_acknowledged_is_reminded_no_more_and_stands_in_the_audit(engine: Engine) -> None:
    with transaction(engine) as session:
        sam = park(session)
        row = wrong(session)
        telling.tell(session, NOW)
        telling.acknowledge(session, row.id, note="rory goes there at noon", by=sam, now=NOW)
        telling.tell(session, NOW + 3 * DAY)
        assert len(told(session)) == 1
        entry = audit.latest(session)[0]
        assert (entry.who, entry.action, entry.subject) == ("sam", "camera.acknowledged", "camera:creek")
        with pytest.raises(NotAllowedNow):
            telling.acknowledge(session, row.id, note="again", by=sam, now=NOW)
        assert episodes.not_exposure(session, "creek", since=NOW, until=NOW + DAY)


def test_a_ranger_may_not_say_that_a_view_is_meant(engine: Engine) -> None:
    with transaction(engine) as session:
        sam = park(session)
        ranger = Actor(id=sam.id, name="sam", role=Role.RANGER, sites=())
        with pytest.raises(NotPermitted):
            telling.accept_view(session, "creek", note="so", by=ranger, now=NOW)
        with pytest.raises(NotPermitted):
            telling.acknowledge(session, wrong(session).id, note="so", by=ranger, now=NOW)


def test_an_accepted_view_ends_the_fault_and_begins_a_segment(engine: Engine) -> None:
    with transaction(engine) as session:
        sam = park(session)
        row, clock = wrong(session), wrong(session, CameraFault.CLOCK_OFF)
        telling.accept_view(session, "creek", note="a better pole", by=sam, now=NOW + DAY)
        assert (row.ended_at, clock.ended_at) == (NOW + DAY, None)
        assert [one.since for one in views.changes(session, "creek")] == [NOW]
        assert audit.latest(session)[0].action == "camera.view_accepted"
        assert people.find(session, "sam") is not None
