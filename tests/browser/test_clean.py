"""The page Clean in a real browser on the demo park: marks by key, apply, undo, and the next training."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from model import labels
from tests.browser.asking import SLOW_MS, choose, until
from tests.browser.cleaning import make_run
from tests.browser.conftest import Running, people_at


@pytest.fixture(scope="module")
def folder(running: Running) -> Path:
    """The training folder of run "first"."""
    return make_run(running.folder)


@pytest.fixture
def as_person(running: Running, folder: Path, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open the page as people of the demo; closed when the test ends."""
    with people_at(running, browser, "/clean") as as_one:
        yield as_one


def shows(page: Page, says: str) -> None:
    expect(page.get_by_text(says, exact=True)).to_be_visible(timeout=SLOW_MS)


def test_marks_by_key_change_nothing_until_they_are_applied_and_undo_brings_all_back(
    as_person: Callable[..., Page], folder: Path
) -> None:
    page = as_person("ada")
    shows(page, "other_animal/3.jpg")
    expect(page.get_by_text("predicted bear 0.8765")).to_be_visible()
    expect(page.get_by_text("actual other animal 0.1000")).to_be_visible()
    expect(page.get_by_text("loss 3.1200 · valid · 1 of 12")).to_be_visible()
    for key, after in (("d", "empty/3.jpg"), ("1", "bear/3.jpg"), ("k", "other_animal/2.jpg")):
        until(page.get_by_text(after, exact=True), partial(page.keyboard.press, key))
    shows(page, "1 to the trash, 1 to relabel. Nothing is changed yet.")
    assert not (folder / labels.LABELS).exists()
    applied = page.get_by_text("Last change: 1 to the trash, 1 relabelled, ada")
    until(applied, page.get_by_role("button", name="Apply 2").click)
    assert {row.file: row.label for row in labels.read(folder)}["empty/3.jpg"] == "bear"
    assert (folder / "trash" / "1" / "other_animal" / "3.jpg").is_file()
    undone = page.get_by_text("Marks change nothing until you apply them.", exact=True)
    until(undone, page.get_by_role("button", name="Undo it").click)
    assert (folder / "other_animal" / "3.jpg").is_file()
    assert not (folder / labels.LABELS).exists()


def test_on_a_phone_a_label_is_chosen_and_its_worst_picture_is_above_the_buttons(
    as_person: Callable[..., Page], running: Running
) -> None:
    page = as_person("ada", width=390, height=844)
    shows(page, "other_animal/3.jpg")
    keep = page.get_by_role("button", name="Keep")
    expect(keep).to_be_in_viewport(timeout=SLOW_MS)
    found = page.get_by_text("bear/3.jpg", exact=True)
    choose(page, page.get_by_role("combobox", name="Label"), "bear", found)
    expect(page.get_by_text("loss 3.0400 · valid · 1 of 4")).to_be_visible(timeout=SLOW_MS)
    own = page.get_by_label("Label", exact=True).last
    until(page.get_by_role("button", name="Mark it so"), page.get_by_text("Another label").click)
    own.fill("Bear cub")
    marked = page.get_by_text("0 to the trash, 1 to relabel. Nothing is changed yet.", exact=True)
    until(marked, page.get_by_role("button", name="Mark it so").click)
    expect(page.get_by_text("becomes bear cub")).to_have_count(0, timeout=SLOW_MS)
    until(page.get_by_text("becomes bear cub").first, page.get_by_role("button", name="Back").click)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_next_training_is_started_from_here_and_how_it_ended_stands_there(as_person: Callable[..., Page]) -> None:
    page = as_person("ada")
    expect(
        page.get_by_text(re.compile(r"bearwatch model train .*/training/park --out .*/runs/first-2"))
    ).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name="Train anew with these pictures").click()
    expect(page.get_by_text(re.compile(r"by ada, into run first-2")).first).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text(re.compile("The training (failed|has finished)")).first).to_be_visible(timeout=60_000)


def test_who_may_not_clean_is_told_so_and_offered_no_way_there(as_person: Callable[..., Page]) -> None:
    page = as_person("sam")
    expect(page.get_by_text("for admins of the whole park")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_test_id("stPageLink").filter(has_text="Clean")).to_have_count(0, timeout=SLOW_MS)
