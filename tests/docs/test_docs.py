"""What is there is named in the docs."""

import inspect
from pathlib import Path

import pytest
from typer.main import get_command

from api.cli.main import app
from api.settings import Settings
from store import errors
from store.vocabulary import AlertState, Reason, Role, Stage
from tests.docs import situations

ROOT = Path(__file__).parents[2]
DOCS = "\n".join(path.read_text() for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained(name: str) -> None:
    assert f"| BEARWATCH_{name.upper()} |" in DOCS


@pytest.mark.parametrize("word", [*Stage, *Reason, *Role, *AlertState])
def test_every_stored_word_is_named(word: str) -> None:
    assert word in DOCS


def test_every_error_is_in_the_table() -> None:
    slugs = {kind.slug() for _, kind in inspect.getmembers(errors, inspect.isclass)} - {"bearwatch-error"}
    assert {slug for slug in slugs if f"`{slug}`" not in DOCS} == set()


def test_every_command_is_named() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert {name for name in commands if f"bearwatch {name}" not in DOCS} == set()


def test_every_link_leads_somewhere() -> None:
    import re

    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_page_of_situations_shows_the_table_that_the_rules_are_held_to() -> None:
    assert situations.PAGE.read_text() == situations.page(), "run `python -m tests.docs.situations`"
