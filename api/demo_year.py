"""The demo year: fifty-two simulated weeks in a database of their own beside the park's, through which one can move.

It is made by a process of the lowest priority, rows first; until a report is kept, whoever asks has it made for them.
"""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from api.papers import verdicts
from api.papers.paper import paper
from api.reported import Format, written
from api.schemas.demo_year import DemoYearOut, YearSiteOut, YearWeekOut
from rollout import demo_reports, demo_rows, demo_year
from rollout.demo_reports import Known
from rollout.iso_weeks import IsoWeek
from store import migrating, simulated
from store import reports as rows
from store.errors import NotFound
from store.session import Engine, Session, make_engine, reading, transaction

WEEKS = demo_year.WEEKS
LOWEST = 19
"""Of a process's niceness: cameras and people come first."""

log = structlog.get_logger()


class DemoYear:
    """Where the year lies in a data folder. wanted: the setting; without it the year is not there."""

    def __init__(self, data_dir: Path, *, wanted: bool) -> None:
        self.data_dir, self.wanted = data_dir, wanted

    @cached_property
    def file(self) -> Path:
        """Its database. The name says of which edition and revision: another one is made anew, never migrated."""
        return self.data_dir / f"demo-year-{demo_year.EDITION}-{migrating.head()}.db"

    @property
    def there(self) -> bool:
        """Whether its rows are there to be shown."""
        return self.wanted and self.file.is_file()

    @cached_property
    def engine(self) -> Engine:
        """Opened. Raises NotFound where it is not there."""
        self.require()
        return make_engine(f"sqlite:///{self.file.absolute()}")

    def require(self) -> None:
        """Raise NotFound where it is not there."""
        if not self.there:
            raise NotFound("there is no demo year here: `bearwatch up --demo` makes it, unless it is set to false")


def make(year: DemoYear, *, time_zone: str, now: datetime, stopped: Callable[[], bool] = lambda: False) -> int:
    """Bring the rows where they are not, then each report that is not made yet; gives how many were made."""
    if not year.there:
        _rows(year.file, time_zone, now)
    made = 0
    for site, week, at in demo_reports.due(year.engine):
        if stopped():
            break
        demo_reports.make(year.engine, site, week, at)
        made += 1
    log.info("demo_year.made", reports=made)
    return made


def give_way() -> None:
    """Everything else on this machine comes first."""
    os.nice(LOWEST)


def _rows(file: Path, time_zone: str, now: datetime) -> None:
    """A year that is whole, or none: it has its name only at the end. What other versions made goes."""
    for old in file.parent.glob("demo-year-*"):
        old.unlink(missing_ok=True)
    making, zone = file.with_suffix(".making"), ZoneInfo(time_zone)
    url = f"sqlite:///{making.absolute()}"
    migrating.upgrade(url)
    engine = make_engine(url)
    try:
        with transaction(engine) as session:
            told = demo_year.years(demo_year.weeks(now, zone), zone)
            demo_rows.write(session, told, time_zone=time_zone)
    finally:
        engine.dispose()  # the last connection folds its log into the file
    making.rename(file)


def shown(year: DemoYear, number: int | None) -> DemoYearOut:
    """One week of it, the last unless another is asked for. Raises NotFound."""
    year.require()
    with reading(year.engine) as session:
        weeks = demo_reports.weeks(session)
        place = len(weeks) if number is None else number
        if place > len(weeks):
            raise NotFound(f"the demo year has {len(weeks)} weeks, and no week {place}")
        zone, week = demo_reports.zone_of(session), weeks[place - 1]
        told = [demo_reports.known(session, story, week) for story in demo_year.STORIES]
        return DemoYearOut(
            number=place, weeks=len(weeks), week=week.name, known_at=demo_year.known_at(week, zone),
            time_zone=zone.key, made=len(simulated.made(session)), of=len(weeks) * len(told),
            sites=[_site(session, one, weeks) for one in told],
        )  # fmt: skip


def report(year: DemoYear, site: str, week: str, form: Format) -> tuple[bytes, int | None]:
    """The whole report of a site's week in one of its forms, and its revision. Raises NotFound."""
    year.require()
    story = demo_reports.story_of(site)
    with reading(year.engine) as session:
        asked = next((one for one in demo_reports.weeks(session) if one.name == week), None)
        if asked is None:
            raise NotFound(f"the demo year has no week {week}")
        known = demo_reports.known(session, story, asked)
    return written(known.body, known.revision, form), known.revision


def _site(session: Session, one: Known, weeks: Sequence[IsoWeek]) -> YearSiteOut:
    told = paper({**one.body, "revision": one.revision})
    kept = {week: verdict for week, _, verdict in rows.verdicts(session, one.story.site, limit=len(weeks))}
    return YearSiteOut(
        site=one.story.site, title=one.story.title, happened=one.story.says, verdict=told.verdict, tone=told.tone,
        sign=told.sign, word=told.word, sentence=told.sentence, pictures=told.pictures, days=told.days,
        kept=one.revision is not None, year=[_week(week.name, kept.get(week.name)) for week in weeks],
    )  # fmt: skip


def _week(name: str, verdict: str | None) -> YearWeekOut:
    if verdict is None:
        return YearWeekOut(week=name, tone=None, word=None)
    return YearWeekOut(week=name, tone=verdicts.tone(verdict), word=verdicts.SHORT.get(verdict, verdict))
