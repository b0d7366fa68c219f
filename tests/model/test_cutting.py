"""Cutting: an animal without its place, a place without its animal, and a training folder that gains both."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ingest.frames import Pixels, Region
from model import augment, cutouts, cutting, dataset, labels
from model.cleaning import Act, Mark
from model.labels import Labelled
from model.training_folder import TrainingFolder
from store.errors import TrainingDataUnusable

SIZE = (320, 240)
NEAR = Region(x=0.4, y=0.3, w=0.25, h=0.4)
FAR = Region(x=0.5, y=0.5, w=0.06, h=0.06)
DARK = 60


def scene(box: Region) -> Pixels:
    """A dark animal, an oval, in a bright and rough place."""
    chance = np.random.default_rng(3)
    place = chance.integers(120, 220, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    picture = Image.fromarray(place)
    left, top = box.x * SIZE[0], box.y * SIZE[1]
    ImageDraw.Draw(picture).ellipse((left, top, left + box.w * SIZE[0], top + box.h * SIZE[1]), fill=(40, 25, 15))
    return np.asarray(picture)


def folder_with(tmp_path: Path, **boxes: Region) -> Path:
    rows = []
    for name, box in boxes.items():
        Image.fromarray(scene(box)).save(tmp_path / f"{name}.png")
        told = {f"box_{side}": str(getattr(box, side)) for side in "xywh"}
        rows.append(Labelled(file=f"{name}.png", label="black", camera="creek", sequence=name, more=told))
    labels.write(tmp_path, rows)
    return tmp_path


def test_the_outline_is_the_animal_and_nothing_of_its_place() -> None:
    found = cutouts.cutout(scene(NEAR), NEAR)
    assert found is not None
    inside = found[..., 3] > 0
    oval = np.pi / 4 * NEAR.w * SIZE[0] * NEAR.h * SIZE[1]
    assert inside.sum() == pytest.approx(oval, rel=0.15)
    assert (found[inside][:, :3].max(axis=1) < DARK).mean() > 0.95


def test_a_box_too_small_has_no_outline() -> None:
    assert cutouts.cutout(scene(FAR), FAR) is None


def test_the_surroundings_hold_nothing_of_the_animal() -> None:
    strips = cutouts.surroundings(scene(NEAR), [NEAR])
    assert [strip.shape[:2] for strip in strips] == [(240, 117), (240, 101)]  # above and below too little is left
    assert all(strip.max(axis=2).min() > DARK for strip in strips)


def test_a_far_animal_is_shown_near_and_painted_out() -> None:
    crop, painted = cutouts.seen_near(scene(FAR), FAR)
    assert crop.shape == painted.shape == (cutouts.SEEN_AT, cutouts.SEEN_AT, 3)
    assert crop.max(axis=2).min() < DARK < painted.max(axis=2).min()


def test_a_folder_gains_outlines_near_crops_and_places_without_their_animals(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, near=NEAR, far=FAR)
    made = cutting.cut(folder, None, lambda done, of: None)
    assert vars(made) == {"pictures": 2, "cutouts": 1, "surroundings": 0, "far": 1}
    told = {row.file: row for row in labels.read(folder)}
    assert (folder / told["near.png"].more["cutout"]).is_file()
    assert told["far.png"].part == "out"
    crops = {row.label: row for row in told.values() if row.note == "cut from far.png"}
    assert set(crops) == {"black", "empty"}
    assert {(row.camera, row.sequence) for row in crops.values()} == {("creek", "far")}


def test_cutting_again_changes_nothing(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, near=NEAR, far=FAR)
    cutting.cut(folder, None, lambda done, of: None)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    cutting.cut(folder, None, lambda done, of: None)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_what_people_change_while_it_works_stays(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, near=NEAR, far=FAR, gone=FAR, other=FAR)

    def people(done: int, of: int) -> None:
        if done == of:
            near, far, _, other = labels.read(folder)
            labels.write(folder, [replace(near, label="grizzly"), replace(far, by="ada"), replace(other, part="out")])

    cutting.cut(folder, None, people)
    near, far, other, *made = labels.read(folder)
    assert (near.label, near.more["cutout"][:4]) == ("grizzly", "cut/")
    assert (far.by, far.part, far.note) == ("ada", "out", "its crop is used")
    assert (other.part, other.note) == ("out", "")
    assert {row.note for row in made} == {"cut from far.png"}


def test_a_cut_picture_that_a_person_relabelled_or_deleted_stays_so(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, far=FAR)
    cutting.cut(folder, None, lambda done, of: None)
    far, near, painted = labels.read(folder)
    marks = [
        Mark(file=near.file, act=Act.RELABEL, seen="black", label="teddy"),
        Mark(file=painted.file, act=Act.DELETE, seen="empty"),
    ]
    TrainingFolder(folder).apply(marks, by="ada", now=datetime.now(UTC))
    labels.write(folder, [replace(far, part=""), *labels.read(folder)[1:]])  # put back by hand, to be cut again
    cutting.cut(folder, None, lambda done, of: None)
    assert [(row.file, row.label) for row in labels.read(folder)] == [("far.png", "black"), (near.file, "teddy")]


def test_a_crop_and_its_painted_twin_stay_together_without_a_camera(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, far=FAR)
    labels.write(folder, [replace(row, camera="", sequence="") for row in labels.read(folder)])
    cutting.cut(folder, None, lambda done, of: None)
    assert [row.sequence for row in labels.read(folder)] == ["", "far.png", "far.png"]


def test_folders_without_labels_csv_are_listed_without_what_was_cut(tmp_path: Path) -> None:
    for folder in ("black", "cut/outline", "cut/near"):
        (tmp_path / folder).mkdir(parents=True)
        Image.fromarray(scene(NEAR)).save(tmp_path / folder / "a.png")
    cutting.cut(tmp_path, None, lambda done, of: None)
    assert [row.file for row in labels.read(tmp_path)] == ["black/a.png"]


def test_a_box_that_is_no_number_names_the_file(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, near=NEAR)
    row = labels.read(folder)[0]
    labels.write(folder, [Labelled(file=row.file, label=row.label, more={**row.more, "box_w": "wide"})])
    with pytest.raises(TrainingDataUnusable, match=r"near\.png: box_x, box_y, box_w and box_h must be numbers"):
        cutting.cut(folder, None, lambda done, of: None)


def test_a_picture_that_has_an_outline_is_taught_in_other_places(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, near=NEAR)
    cutting.cut(folder, None, lambda done, of: None)
    row = dataset.listed(folder)[0]
    white = tmp_path / "white.png"
    Image.new("RGB", SIZE, "white").save(white)
    always = augment.Shares(
        placed=1.0, light=0, infrared=0, flash=0, low=0, blurred=0, compressed=0, hidden=0, barred=0
    )  # fmt: skip
    seen = augment.Augment(side=96, backgrounds=[white], seed=1, shares=always)
    shown = [np.asarray(seen(augment.opened(row.path), thing=True, cutout=row.cutout)) for _ in range(8)]
    assert all(picture.shape == (96, 96, 3) for picture in shown)
    shares = [float((picture.max(axis=2) < picture.max() * 0.6).mean()) for picture in shown]
    assert min(shares) < 0.1 < max(shares)  # far in some, near in others
