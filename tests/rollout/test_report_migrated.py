"""A report of a database that was filled before a migration is the same after it, byte for byte."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from rollout import reports
from rollout.report_facts import canonical
from store import migrating, tables
from store.session import Engine, make_engine, transaction
from store.vocabulary import CameraFault, Verdict
from tests.conftest import small_park
from tests.rollout.test_reports import MONDAY, OVER, site_of
from tests.rollout.weeks import DAY, HOUR, WEEK

FIRST = "0023"
"""The first database that kept reports."""


@pytest.fixture
def filled(tmp_path: Path) -> Engine:
    """A database of now with four weeks in it, and the report of the last one."""
    url = f"sqlite:///{tmp_path / 'filled.db'}"
    migrating.upgrade(url)
    engine = make_engine(url)
    small_park(engine)
    weeks = site_of(engine)
    for back in range(4):
        weeks.week(MONDAY - back * WEEK)
    weeks.fault(CameraFault.SILENT, MONDAY + DAY, MONDAY + 2 * DAY)
    weeks.answer(weeks.find(MONDAY + 3 * DAY), Verdict.NOT_BEAR, MONDAY + 3 * DAY + HOUR)
    return engine


def made(engine: Engine, *, later: timedelta = timedelta(0)) -> tuple[int, str]:
    with transaction(engine) as session:
        row = reports.make(session, "camp", "2026-W47", now=OVER + later)
        return row.revision, canonical(row.body)


def carried(source: Engine, target: Engine) -> None:
    """Every row into a database that is behind, as far as that has tables and columns for it."""
    there = sa.MetaData()
    there.reflect(target)
    with source.connect() as taken, target.begin() as given:
        for table in there.sorted_tables:
            known = tables.Table.metadata.tables.get(table.name)
            if known is None or given.execute(sa.select(table).limit(1)).first() is not None:
                continue
            columns = [column for column in known.columns if column.name in table.columns]
            rows = [dict(row) for row in taken.execute(sa.select(*columns)).mappings()]
            light = sa.table(table.name, *(sa.column(column.name, column.type) for column in columns))
            if rows:
                given.execute(sa.insert(light), rows)


def test_rows_of_the_first_database_with_reports_give_the_same_bytes_after_it_was_migrated(
    filled: Engine, empty_url: str
) -> None:
    first = made(filled)
    migrating.upgrade(empty_url, FIRST)
    engine = make_engine(empty_url)
    carried(filled, engine)
    migrating.upgrade(empty_url)
    migrating.check(empty_url)
    assert made(engine, later=9 * DAY) == first, "the revision that was kept is served, and there is no new one"
    with transaction(engine) as session:
        session.query(tables.DriftReport).delete()
        session.query(tables.DriftWeek).delete()
    assert made(engine, later=10 * DAY) == first, "made again from the rows alone"
    filled.dispose()
    engine.dispose()
