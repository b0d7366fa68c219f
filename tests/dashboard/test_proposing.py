"""What a proposal lacks."""

import pytest

from api.schemas.rules import MissingOut
from dashboard.proposing import lacks
from tests.dashboard.shapes import rule


@pytest.mark.parametrize(
    ("missing", "incomplete"),
    [([], False), (["people"], False), (["duty cover", "people"], True), (["receivers"], True)],
)
def test_only_what_lacks_more_than_a_second_person_is_incomplete(missing: list[str], incomplete: bool) -> None:
    items = [MissingOut(what=what, has="0", needs="more", by=None) for what in missing]
    assert lacks(rule(missing=items)) is incomplete
