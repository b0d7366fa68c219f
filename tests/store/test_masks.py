"""Masks and zones as rows: in force from a beginning to an end, and never without somebody who ended them."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from ingest import masking
from ingest.frames import Region
from ingest.masks import NONE, Masks
from store import masks, tables
from store.session import Engine, Session, reading, transaction
from store.vocabulary import Light, ViewPartKind
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def person(session: Session) -> int:
    row = tables.Person(name="ada", role="admin", sites=[], password_hash="x", created_at=NOW)
    session.add(row)
    session.flush()
    return row.id


def part(by: int, **changes: object) -> tables.ViewPart:
    usual = {
        "camera_id": "creek", "kind": ViewPartKind.MASK, "name": None, "light": Light.BOTH, "x": 0.5, "y": 0.0,
        "w": 0.25, "h": 0.5, "began_at": NOW, "began_by": by, "why": "a flag",
    }  # fmt: skip
    return tables.ViewPart(**(usual | changes))


def test_a_mask_holds_from_its_beginning_to_its_end_and_by_its_light(engine: Engine) -> None:
    flag, lamp = Region(x=0.5, y=0.0, w=0.25, h=0.5), Region(x=0.0, y=0.0, w=0.1, h=0.1)
    with transaction(engine) as session:
        ada = person(session)
        first = masks.add(session, part(ada))
        first.ended_at, first.ended_by, first.ended_why = NOW + 2 * HOUR, ada, "the flag is gone"
        masks.add(session, part(ada, x=0.0, w=0.1, h=0.1, light=Light.NIGHT, began_at=NOW + HOUR))
        masks.add(session, part(ada, kind=ViewPartKind.ZONE, name="tents"))
    with reading(engine) as session:
        told = [masking.in_force(session, "creek", at=NOW + hours * HOUR) for hours in (-1, 0, 1, 2)]
        assert [row.name for row in masks.zones(session, ["creek", "ridge"])] == ["tents"]
        assert len(masks.of_camera(session, "creek")) == 3
    assert told == [
        NONE, Masks(day=(flag,), night=(flag,)), Masks(day=(flag,), night=(flag, lamp)), Masks(night=(lamp,)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [{"w": 0.6}, {"w": 0.0}, {"y": -0.1}, {"name": "tents"}, {"kind": ViewPartKind.ZONE}, {"ended_at": NOW}]
)
def test_the_database_refuses_what_is_none(engine: Engine, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction(engine) as session:
        masks.add(session, part(person(session), **wrong))
