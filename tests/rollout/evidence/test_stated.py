"""Each statistic is one documented function: its file names a source, and it shows an example that runs."""

import ast
import re
from pathlib import Path

import pytest

import rollout.evidence

FILES = sorted(path for path in Path(rollout.evidence.__file__).parent.glob("*.py") if path.stem != "__init__")
NO_STATISTIC = ("weeks",)
YEAR = re.compile(r"\b(1[89]|20)\d\d\b")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> list[ast.FunctionDef]:
    return [one for one in tree(path).body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_says_whose_statistic_it_is(path: Path) -> None:
    told = "\n".join(ast.get_docstring(one) or "" for one in (tree(path), *functions(path)))
    assert path.stem in NO_STATISTIC or YEAR.search(told)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_function_shows_an_example_that_runs(path: Path) -> None:
    """The doctests of the folder are run with all tests."""
    assert [one.name for one in functions(path) if ">>>" not in (ast.get_docstring(one) or "")] == []
