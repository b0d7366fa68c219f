"""What leaves with a message: no picture unless the park wants it, people hidden in it, and never in its way."""

import io
import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from api.settings import SHIPPED
from ingest import footage
from ingest.decoding import Decoder, Limits
from ingest.frames import Pixels
from model.bundle import BOXES, Bundle, load
from rollout import leaving, outbox
from rollout.leaving import Pictures
from store import tables
from store.archive import FolderArchive
from store.session import Engine, transaction
from store.vocabulary import NoticeKind, NoticeState, Verdict
from tests.rollout.scenes import Scene, notifiers, receiver, trial
from tests.servers import Hook, webhook

SIZE = (960, 540)
BEAR = {"x": 0.25, "y": 0.5, "w": 0.25, "h": 0.25, "label": "bear", "p": 0.9}
PERSON = {"x": 0.75, "y": 0.25, "w": 0.1, "h": 0.25, "label": "person", "p": 0.9}


@dataclass(frozen=True, kw_only=True)
class Park:
    """A trial site whose messages may take pictures along."""

    scene: Scene
    archive: FolderArchive
    pictures: Pictures

    def wants(self, *, leave: bool, blur: bool = True) -> None:
        with transaction(self.scene.engine) as session:
            row = session.get_one(tables.Park, 1)
            row.pictures_leave, row.blur_people = leave, blur

    def asks(self, data: bytes, *boxes: dict[str, object]) -> int:
        """A bear in this picture, and the request for it is sent."""
        alert = self.scene.see_a_bear()
        with transaction(self.scene.engine) as session:
            row = session.get_one(tables.Alert, alert)
            row.boxes = list(boxes)
            session.get_one(tables.Frame, row.frame_id).sha256 = self.archive.put(data)
        self.send()
        return alert

    def send(self) -> None:
        scene = self.scene
        outbox.send_due(
            scene.engine, notifiers(scene.data_dir), data_dir=scene.data_dir, now=scene.now, pictures=self.pictures
        )

    def request(self) -> dict[str, str]:
        (file,) = (self.scene.data_dir / "team").glob("*.json")
        told: dict[str, str] = json.loads(file.read_text())
        assert told["kind"] == "request"
        return told

    def sent(self) -> Pixels:
        """The picture beside it."""
        return opened((self.scene.data_dir / "team" / self.request()["picture_file"]).read_bytes())


def versions(kind: str = "crops") -> Bundle:
    return replace(load(SHIPPED / "demo"), kind=kind)


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    with Decoder(Limits(seconds=leaving.MADE_S)) as opened_one:
        yield opened_one


@pytest.fixture
def park(engine: Engine, tmp_path: Path, decoder: Decoder) -> Park:
    archive = FolderArchive(tmp_path / "archive")
    pictures = Pictures(archive, decoder, lambda _: versions())
    return Park(scene=trial(engine, tmp_path), archive=archive, pictures=pictures)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as opened_one:
        yield opened_one


def drawn() -> Pixels:
    """Noise, so that what is hidden and what is shown tell each other apart in every place."""
    return np.random.default_rng(1).integers(0, 256, (SIZE[1], SIZE[0], 3), dtype=np.uint8)


def jpeg(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "a maker of cameras"
    Image.fromarray(pixels).save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


def opened(data: bytes) -> Pixels:
    with Image.open(io.BytesIO(data)) as image:
        assert not image.getexif()
        return np.asarray(image.convert("RGB"))


def busy(pixels: Pixels, x: float, y: float) -> bool:
    """Whether the picture is sharp around this place."""
    row, column = round(y * pixels.shape[0]), round(x * pixels.shape[1])
    return float(pixels[row - 6 : row + 6, column - 6 : column + 6].std()) > 25


def test_no_picture_leaves_unless_the_park_wants_it(park: Park) -> None:
    park.asks(jpeg(drawn()), BEAR)
    assert not {"picture_file", "picture_shows", "picture_missing"} & park.request().keys()
    assert list((park.scene.data_dir / "team").glob("*.jpg")) == []


def test_all_but_the_bear_is_hidden_where_the_model_looks_at_crops(park: Park) -> None:
    park.wants(leave=True)
    park.asks(jpeg(drawn()), BEAR, PERSON)
    found = park.sent()
    assert found.shape == (540, 960, 3)
    assert busy(found, 0.37, 0.62)
    assert not any(busy(found, x, y) for x, y in ((0.8, 0.38), (0.1, 0.1), (0.1, 0.9), (0.6, 0.6), (0.95, 0.95)))
    assert park.request()["picture_shows"] == "the bear; all else is made unrecognisable"


def test_people_alone_are_hidden_where_the_model_can_say_where_they_are(park: Park, decoder: Decoder) -> None:
    park.wants(leave=True)
    boxes = replace(park, pictures=Pictures(park.archive, decoder, lambda _: versions(BOXES)))
    boxes.asks(jpeg(drawn()), BEAR, PERSON)
    found = boxes.sent()
    assert all(busy(found, x, y) for x, y in ((0.37, 0.62), (0.1, 0.1), (0.1, 0.9), (0.6, 0.6)))
    assert not any(busy(found, x, y) for x, y in ((0.8, 0.38), (0.72, 0.22), (0.88, 0.53)))


def test_the_whole_picture_leaves_where_the_park_does_not_want_people_blurred(park: Park) -> None:
    park.wants(leave=True, blur=False)
    park.asks(jpeg(drawn()), BEAR, PERSON)
    found = park.sent()
    assert all(busy(found, x, y) for x, y in ((0.37, 0.62), (0.8, 0.38), (0.1, 0.9)))


@pytest.mark.parametrize("boxes", [(), (PERSON,)])
def test_a_picture_in_which_nobody_knows_where_the_bear_is_stays(park: Park, boxes: tuple[dict[str, object]]) -> None:
    park.wants(leave=True)
    park.asks(jpeg(drawn()), *boxes)
    assert park.request()["picture_missing"] == leaving.NOWHERE
    assert list((park.scene.data_dir / "team").glob("*.jpg")) == []


def test_a_broken_or_missing_picture_keeps_no_message(park: Park) -> None:
    park.wants(leave=True)
    park.asks(b"\xff\xd8 no picture", BEAR)
    assert "picture_missing" in park.request()
    assert set(park.scene.fates(NoticeKind.REQUEST).values()) == {NoticeState.SENT}


def test_a_large_picture_leaves_smaller(park: Park) -> None:
    park.wants(leave=True)
    park.asks(jpeg(footage.render("creek", 12, size=(2560, 1440))), BEAR)
    assert max(park.sent().shape) == leaving.MOST_SIDE


def test_a_webhook_has_the_picture_in_its_signed_body(park: Park, hook: Hook) -> None:
    park.wants(leave=True)
    receiver(park.scene.engine, "team", url=hook.url)
    park.asks(jpeg(drawn()), BEAR)
    told = json.loads(hook.received[0][1])
    assert busy(opened(b64decode(told["picture_jpeg"])), 0.37, 0.62)


def test_a_receiver_that_takes_no_message_as_large_gets_it_without_its_picture(park: Park, hook: Hook) -> None:
    park.wants(leave=True)
    receiver(park.scene.engine, "team", url=hook.url)
    hook.most_bytes = 2000
    park.asks(jpeg(drawn()), BEAR)
    first, second = [json.loads(body) for _, body in hook.received]
    assert "picture_jpeg" in first
    assert "picture_jpeg" not in second
    assert "413" in second["picture_missing"]
    assert first["id"] == second["id"]
    assert park.scene.fates(NoticeKind.REQUEST)["team"] is NoticeState.SENT


def test_only_requests_and_warnings_take_a_picture_along(park: Park) -> None:
    park.wants(leave=True)
    alert = park.asks(jpeg(drawn()), BEAR)
    park.scene.answer(alert, Verdict.BEAR)
    park.send()
    park.scene.correct(alert, Verdict.NOT_BEAR)
    park.send()
    told = [json.loads(file.read_text()) for file in (park.scene.data_dir / "team").glob("*.json")]
    assert {one["kind"]: "picture_file" in one for one in told} == {
        "request": True, "warning": True, "operations": False,
    }  # fmt: skip
