import pytest

from store import migrating
from store.errors import DatabaseIsBehind
from store.session import make_engine


def test_an_empty_database_comes_to_head_and_matches_the_tables(empty_url: str) -> None:
    migrating.upgrade(empty_url)
    migrating.check(empty_url)


def test_bringing_a_database_to_head_twice_changes_nothing(url: str) -> None:
    engine = make_engine(url)
    before = migrating.revision_of(engine)
    migrating.upgrade(url)
    assert migrating.revision_of(engine) == before is not None
    engine.dispose()


def test_a_database_that_is_behind_is_named_with_its_mend(empty_url: str) -> None:
    migrating.upgrade(empty_url, "0001")
    engine = make_engine(empty_url)
    with pytest.raises(DatabaseIsBehind, match="bearwatch migrate"):
        migrating.require_head(engine)
    migrating.upgrade(empty_url)
    migrating.require_head(engine)
    engine.dispose()
