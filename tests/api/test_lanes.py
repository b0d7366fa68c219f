"""Many files at once: each answered as if alone and in order, whatever is wrong with one of them."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from api import lanes
from api.classification import Classifier
from api.lanes import Lane
from api.schemas.frames import ClassifiedOut
from api.settings import SHIPPED
from ingest import footage
from ingest.decoding import Decoder
from ingest.sources import shot_of
from model import opening
from model.bundle import Bundle, load
from tests.ingest.drawings import encoded, landscape

SCENES = [(scene, at_s) for at_s in (12, 50) for scene in footage.SCENES]


@cache
def bundle(name: str = "default") -> Bundle:
    return load(SHIPPED / name)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Scenes with and without bears, small and large."""
    folder, made = tmp_path_factory.mktemp("pictures"), []
    for number, (scene, at_s) in enumerate(SCENES):
        size = (1280, 720) if number % 4 == 3 else (640, 480)
        made.append(folder / f"{number:02d}.jpg")
        made[-1].write_bytes(shot_of(footage.render(scene, at_s, size=size), 0).picture)
    return made


@pytest.fixture(scope="module")
def alone() -> Iterator[Classifier]:
    with Decoder() as decoder:
        yield Classifier(opening.detector(bundle()), decoder)


def answers(found: Sequence[ClassifiedOut]) -> list[dict[str, Any]]:
    return [one.model_dump(exclude={"seconds"}) for one in found]


@pytest.mark.parametrize("name", ["default", "demo"])  # one has a second network, the other knows the drawn bears
def test_each_file_is_answered_in_order_and_as_if_it_were_alone(name: str, pictures: list[Path]) -> None:
    with lanes.over(bundle(name)) as made:
        together = list(lanes.of_paths(made, pictures))
    with Decoder() as decoder:
        alone = Classifier(opening.detector(bundle(name)), decoder)
        one_by_one = [alone.path(path, str(path)) for path in pictures]
    assert [one.file for one in together] == [str(path) for path in pictures]
    for one, other in zip(together, one_by_one, strict=True):
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-6)
        assert one.out_of_domain_p == other.out_of_domain_p
        assert (one.bear, one.label, one.night, len(one.boxes)) == (
            other.bear,
            other.label,
            other.night,
            len(other.boxes),
        )
    assert len({one.label for one in together}) > 1


def test_a_broken_file_among_good_ones_is_its_own_fault_alone(
    alone: Classifier, pictures: list[Path], tmp_path: Path
) -> None:
    cut, text, tiny = tmp_path / "cut.jpg", tmp_path / "text.jpg", tmp_path / "tiny.jpg"
    cut.write_bytes(pictures[0].read_bytes()[:3000])
    text.write_text("no picture at all")
    tiny.write_bytes(encoded(landscape(8, 8)))
    files = [pictures[0], cut, pictures[1], text, tmp_path / "gone.jpg", pictures[2], tiny]
    found = list(lanes.of_paths([Lane(lambda: alone)], files))
    assert [one.error is None for one in found] == [True, False, True, False, False, True, False]
    good = [one for one in found if one.error is None]
    assert answers(good) == answers([alone.path(path, str(path)) for path in pictures[:3]])


def test_a_child_that_dies_between_two_files_costs_none_of_them(pictures: list[Path]) -> None:
    with Decoder() as decoder:
        lane = Lane(lambda: Classifier(opening.detector(bundle()), decoder))
        coming = lanes.of_paths([lane], pictures)
        found = [next(coming)]
        decoder.kill()
        found += coming
    assert [one.file for one in found] == [str(path) for path in pictures]
    assert sum(one.error is not None for one in found) <= 1


def test_who_stops_listening_leaves_no_child_behind(pictures: list[Path]) -> None:
    with lanes.over(bundle()) as made:
        coming = lanes.of_paths(made, pictures * 5)
        next(coming)
        coming.close()
        children = [lane.classifier.decoder._child for lane in made if lane.classifier is not None]
    assert children
    assert not any(child is not None and child.alive for child in children)


def test_a_lane_is_opened_only_once_there_is_something_for_it(alone: Classifier, pictures: list[Path]) -> None:
    opened = list[int]()

    def lane(number: int) -> Lane:
        def open_() -> Classifier:
            opened.append(number)
            return alone

        return Lane(open_)

    assert list(lanes.of_paths([lane(0), lane(1)], [])) == []
    assert opened == []
    assert len(list(lanes.of_paths([lane(0), lane(1)], pictures[:2]))) == 2
    assert opened == [0]
