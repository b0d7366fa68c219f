"""A run's folder: proven before work begins, kept by one training, and never half written."""

from dataclasses import replace
from pathlib import Path

import pytest

from model.training.folder import RUN, RunFolder
from model.training.order import Asked, Order, Start, differences, recipe_of
from model.training.recipe import RECIPES, Arch, RecipeName, Resize
from store.errors import BaseUnusable, RunFolderUnusable

ORDER = Order(
    name="own", bear=("bear",), arch=Arch.MOBILENET_V2, recipe=RECIPES[RecipeName.CAMERA], seed=0,
    start=Start.SCRATCH, base="none", base_sha256="",
)  # fmt: skip


def test_a_folder_that_cannot_be_made_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunFolderUnusable, match="cannot be written"), RunFolder(tmp_path / "file" / "run").held():
        pass


def test_too_little_room_is_said_in_megabytes(tmp_path: Path) -> None:
    with pytest.raises(RunFolderUnusable, match="MB are needed"), RunFolder(tmp_path).held(needed=1 << 60):
        pass


def test_two_trainings_never_share_a_folder(tmp_path: Path) -> None:
    with (
        RunFolder(tmp_path / "run").held(),
        pytest.raises(RunFolderUnusable, match="another training is at work"),
        RunFolder(tmp_path / "run").held(),
    ):
        pass
    with RunFolder(tmp_path / "run").held():
        assert RunFolder(tmp_path / "run").before(resume=False) is None


def test_other_peoples_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(RunFolderUnusable, match="other files"):
        RunFolder(tmp_path).before(resume=False)


def test_nothing_to_go_on_with_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunFolderUnusable, match="no training to go on with"):
        RunFolder(tmp_path).before(resume=True)


def test_another_training_is_refused_with_what_differs(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    before = {"order": ORDER.told(), "files": {"a.jpg": "bear train 1", "b.jpg": "bear train 2"}}
    run.require_same(ORDER.told(), before["files"], before)
    now = {"a.jpg": "teddy train 1", "c.jpg": "bear train 3"}
    with pytest.raises(RunFolderUnusable) as refused:
        run.require_same({**ORDER.told(), "epochs": 3}, now, before)
    for said in ("epochs was 12 and is 3", r"are new (c.jpg)", "are gone (b.jpg)", "another label or part (a.jpg)"):
        assert said in refused.value.detail


def test_a_damaged_run_file_is_an_error_not_a_fresh_start(tmp_path: Path) -> None:
    (tmp_path / RUN).write_text('{"asked": ')
    with pytest.raises(RunFolderUnusable, match="cannot be read"):
        RunFolder(tmp_path).before(resume=False)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.write("a.json", {"number": 1})
    run.write("a.json", {"number": 2})
    assert run.read("a.json") == {"number": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Asked(), "none is named"),
        (Asked(from_scratch=True, weights=Path("x.npz")), "--weights and --from-scratch are named"),
    ],
)  # fmt: skip
def test_weights_come_from_exactly_one_place_that_is_named(asked: Asked, says: str) -> None:
    with pytest.raises(BaseUnusable, match=says) as refused:
        asked.start()
    for choice in ("--base", "--weights", "--download-weights", "--from-scratch"):
        assert choice in refused.value.detail


def test_going_on_keeps_what_was_asked_and_hears_what_is_asked_now() -> None:
    before = Asked(base=Path("bundle"), arch=Arch.RESNET18, resize=Resize.PAD, epochs=3, recipe=RecipeName.BOOK)
    assert Asked().filled(before.plain()) == replace(before, base=Path.cwd() / "bundle")
    now = Asked(epochs=4, from_scratch=True).filled(before.plain())
    assert (now.epochs, now.arch, now.base, now.from_scratch) == (4, Arch.RESNET18, None, True)


def test_a_recipe_takes_the_side_of_its_base_unless_another_is_asked_for() -> None:
    assert recipe_of(Asked(), side=96, start=Start.BASE).side == 96
    assert recipe_of(Asked(side=128), side=96, start=Start.BASE).side == 128
    assert recipe_of(Asked(), side=None, start=Start.WEIGHTS) == RECIPES[RecipeName.CAMERA]


def test_random_weights_are_never_frozen() -> None:
    assert recipe_of(Asked(), side=None, start=Start.SCRATCH).frozen == 0


def test_orders_that_differ_in_a_share_of_the_augmentation_differ() -> None:
    told = ORDER.told()
    assert differences(told, {**told, "camera.far": 0.1}) == ["camera.far was 0.4 and is 0.1"]
