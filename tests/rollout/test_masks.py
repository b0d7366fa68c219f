"""What is masked cannot alert and everything else still does; a mask is told, written down, and never too large."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.arrivals import accept_frame, times
from ingest.decoding import Decoder
from ingest.frames import Pixels, Region
from ingest.intake import Intake
from model.detections import Found
from rollout import masks, proposals, worker
from rollout.actors import Actor
from rollout.masks import Drawn
from rollout.parts import Parts
from store import audit, park, tables, views
from store.archive import FolderArchive
from store.errors import NotAllowedNow, NotPermitted, TooMuchMasked
from store.session import Engine, reading, transaction
from store.vocabulary import Act, Audience, Light, Origin, Reason, Role, ViewPartKind
from tests.conftest import NOW
from tests.ingest.drawings import encoded
from tests.rollout.brightness import Brightness, parts_over

ADA = Actor(id=1, name="ada", role=Role.ADMIN)
FLAG = Drawn(
    kind=ViewPartKind.MASK, name=None, light=Light.BOTH, region=Region(x=0, y=0, w=0.4, h=1), why="a flag moves there"
)


class Brightest(Brightness):
    """The brightest part of a picture is a bear; a blanked one is not bright."""

    def detect(self, prepared: Pixels) -> Found:
        return super().detect(np.full_like(prepared, prepared.max()))

    def prepare(self, pixels: Pixels, motion: Sequence[Region] | None = None) -> Pixels:
        return pixels


@pytest.fixture
def camp(engine: Engine) -> Engine:
    with transaction(engine) as session:
        session.add(tables.Person(id=1, name="ada", role=Role.ADMIN, sites=[], password_hash="x", created_at=NOW))
        session.add(tables.Receiver(id="team", site_id="camp", audience=Audience.RANGERS, url="folder:outbox"))
        session.flush()
        proposals.first_rule(session, park.site(session, "camp"), model="a" * 64, now=NOW)
    return engine


def draw(engine: Engine, **changes: object) -> int:
    with transaction(engine) as session:
        return masks.draw(session, "creek", replace(FLAG, **changes), by=ADA, now=NOW).id  # type: ignore[arg-type]


def bear(x: float, *, colour: bool = True) -> bytes:
    """A dim picture with something bright at this share of its width."""
    pixels = np.full((96, 160, 3), (40, 60, 90) if colour else 60, dtype=np.uint8)
    left = round(x * 160)
    pixels[40:60, left : left + 20] = 250
    return encoded(pixels)


def decided(engine: Engine, folder: Path, data: bytes) -> tuple[Act, Reason]:
    intake = Intake(engine=engine, archive=FolderArchive(folder / "archive"), data_dir=folder, disk_floor_bytes=0)
    accept_frame(
        intake, camera="creek", data=data, size=(160, 96), at=times(NOW, NOW), origin=Origin.STREAM, received_at=NOW
    )  # fmt: skip
    with Decoder() as decoder:
        parts = Parts(**{**vars(parts_over(engine, folder, decoder)), "detector": lambda _: Brightest()})
        outcome = worker.once(parts, name="w", now=NOW)
    assert outcome is not None
    return outcome.act, outcome.reason


def test_a_bear_outside_the_mask_alerts_and_one_inside_is_below_the_threshold(camp: Engine, tmp_path: Path) -> None:
    draw(camp)
    act, reason = decided(camp, tmp_path, bear(0.1))
    assert (act, reason) in {(Act.NOTHING, Reason.NOTHING_FOUND), (Act.NOTHING, Reason.BELOW_THRESHOLD)}
    assert decided(camp, tmp_path, bear(0.7)) == (Act.RECORD, Reason.SHADOW)


def test_a_mask_of_the_night_hides_nothing_by_day(camp: Engine, tmp_path: Path) -> None:
    draw(camp, light=Light.NIGHT)
    assert decided(camp, tmp_path, bear(0.1, colour=False))[0] is Act.NOTHING
    assert decided(camp, tmp_path, bear(0.1))[0] is Act.RECORD


def test_what_is_watched_again_alerts_again(camp: Engine, tmp_path: Path) -> None:
    part = draw(camp)
    with transaction(camp) as session:
        masks.end(session, part, why="the flag is gone", by=ADA, now=NOW)
    assert decided(camp, tmp_path, bear(0.1)) == (Act.RECORD, Reason.SHADOW)


def test_a_mask_is_told_to_the_rangers_audited_and_begins_a_segment(camp: Engine) -> None:
    part = draw(camp)
    with transaction(camp) as session:
        masks.end(session, part, why="the flag is gone", by=ADA, now=NOW)
    with reading(camp) as session:
        told = [str(row.body["says"]) for row in session.query(tables.Notice).order_by(tables.Notice.key)]
        actions = [row.action for row in session.query(tables.AuditEntry).order_by(tables.AuditEntry.number)]
        segments = views.changes(session, "creek")
        assert audit.verify(session).ok
    assert "does not watch 40% of the view of camera creek" in told[0]
    assert "does not watch 0% of the view of camera creek" in told[1]
    assert actions[-2:] == ["camera.mask_drawn", "camera.mask_ended"]
    assert [one.since for one in segments] == [NOW, NOW]


def test_a_zone_is_audited_and_is_no_segment_and_no_notice(camp: Engine) -> None:
    draw(camp, kind=ViewPartKind.ZONE, name="tents", region=Region(x=0, y=0, w=0.9, h=0.9))
    with reading(camp) as session:
        assert (list(views.changes(session, "creek")), session.query(tables.Notice).count()) == ([], 0)


def test_more_than_half_of_the_view_is_refused_with_the_mend_by_day_and_by_night(camp: Engine) -> None:
    draw(camp, light=Light.DAY)
    more = Region(x=0.4, y=0, w=0.2, h=1)
    draw(camp, light=Light.NIGHT, region=more)
    with pytest.raises(TooMuchMasked, match=r"60% of the view of creek .* by day.*draw it smaller, end another mask"):
        draw(camp, light=Light.DAY, region=more)
    draw(camp, region=Region(x=0.4, y=0, w=0.1, h=1))
    with pytest.raises(TooMuchMasked):
        draw(camp, region=Region(x=0.9, y=0, w=0.1, h=1))


def test_only_admins_of_the_site_draw_and_what_has_ended_stays_ended(camp: Engine) -> None:
    for who in (replace(ADA, role=Role.SUPERVISOR), replace(ADA, sites=("other",))):
        with pytest.raises(NotPermitted), transaction(camp) as session:
            masks.draw(session, "creek", FLAG, by=who, now=NOW)
    part = draw(camp)
    with transaction(camp) as session:
        masks.end(session, part, why="gone", by=ADA, now=NOW)
    with pytest.raises(NotAllowedNow), transaction(camp) as session:
        masks.end(session, part, why="gone", by=ADA, now=NOW)
