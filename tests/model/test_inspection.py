"""What is wrong with a picture is found, and named, before a training begins."""

from pathlib import Path

import pytest
from PIL import Image

from ingest import footage
from model.dataset import Row
from model.training import inspection
from store.errors import TrainingDataUnusable


def row(path: Path, label: str = "bear") -> Row:
    return Row(path=path, file=path.name, label=label)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A drawn picture that is whole."""
    path = tmp_path / "sound.jpg"
    Image.fromarray(footage.render("creek", 12.0, size=(320, 180))).save(path)
    return path


def test_a_sound_picture_has_its_size_and_light(sound: Path) -> None:
    (found,) = inspection.look_at([row(sound)])
    assert (found.width, found.height, found.fault) == (320, 180, "")
    assert (len(found.sha256), len(found.likeness)) == (64, 16)
    inspection.require_usable([found])


def test_a_picture_of_one_pixel_is_named(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    with pytest.raises(TrainingDataUnusable, match=r"dot\.png: it has 1 x 1 pixels, at least 16"):
        inspection.require_usable(list(inspection.look_at([row(tmp_path / "dot.png")])))


@pytest.mark.parametrize("side", [9_500, 10_000, 12_000])
def test_a_picture_of_a_hundred_megapixels_is_named_and_not_opened(tmp_path: Path, side: int) -> None:
    Image.new("1", (side, side)).save(tmp_path / "vast.png")
    with pytest.raises(TrainingDataUnusable, match=rf"vast\.png: {side} x {side} are more than"):
        inspection.require_usable(list(inspection.look_at([row(tmp_path / "vast.png")])))


@pytest.mark.parametrize(("name", "part"), [("cut.jpg", 0.5), ("empty.jpg", 0.0), ("head.jpg", 0.02)])
def test_a_broken_picture_is_named(sound: Path, name: str, part: float) -> None:
    whole = sound.read_bytes()
    broken = sound.with_name(name)
    broken.write_bytes(whole[: int(part * len(whole))])
    with pytest.raises(TrainingDataUnusable, match=f"1 picture cannot be used: {name}: "):
        inspection.require_usable(list(inspection.look_at([row(sound), row(broken)])))


def test_of_many_broken_pictures_some_are_named_and_all_counted(tmp_path: Path) -> None:
    told = []
    for number in range(9):
        (tmp_path / f"{number}.jpg").write_text("no picture")
        told.append(row(tmp_path / f"{number}.jpg"))
    with pytest.raises(TrainingDataUnusable, match=r"9 pictures cannot be used: 0\.jpg.*4\.jpg.*; and 4 more"):
        inspection.require_usable(list(inspection.look_at(told)))


def test_the_same_bytes_under_two_labels_are_an_error(sound: Path) -> None:
    twin = sound.with_name("twin.jpg")
    twin.write_bytes(sound.read_bytes())
    with pytest.raises(TrainingDataUnusable, match=r"sound\.jpg \(bear\) is twin\.jpg \(teddy\)"):
        inspection.require_usable(list(inspection.look_at([row(sound), row(twin, "teddy")])))


def test_the_same_bytes_under_one_label_are_used_once(sound: Path) -> None:
    twin = sound.with_name("twin.jpg")
    twin.write_bytes(sound.read_bytes())
    kept, left = inspection.once(list(inspection.look_at([row(sound), row(twin)])))
    assert [one.row.file for one in kept] == ["sound.jpg"]
    assert [(one.file, other) for one, other in left] == [("twin.jpg", "sound.jpg")]
