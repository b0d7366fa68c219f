"""The simulated year: what happens in it is fixed, and the verdicts of the real code tell its five stories."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rollout import demo_reports, demo_year
from rollout.demo_year import STORIES, WEEKS, SiteYear
from store import reports, tables
from store.errors import NotFound
from store.session import Engine, make_engine, reading
from store.vocabulary import Verdict
from tests.conftest import YEAR_NOW as NOW
from tests.conftest import fill_year

ZONE = ZoneInfo("America/Denver")


def years(now: datetime = NOW) -> dict[str, SiteYear]:
    return {one.story.site: one for one in demo_year.years(demo_year.weeks(now, ZONE), ZONE)}


@pytest.fixture
def year(tmp_path: Path, simulated_year: Path) -> Iterator[Engine]:
    """A database of its own with the year's rows, and no report."""
    file = tmp_path / "year.db"
    shutil.copyfile(simulated_year, file)
    engine = make_engine(f"sqlite:///{file}")
    yield engine
    engine.dispose()


def test_the_same_weeks_happen_the_same_each_time() -> None:
    assert years() == years(NOW + timedelta(days=2))


def test_the_last_week_is_one_whose_report_could_be_made_by_now() -> None:
    monday = datetime(2026, 11, 23, tzinfo=ZONE)
    assert demo_year.weeks(monday + timedelta(hours=7), ZONE)[-1].name == "2026-W47"
    assert demo_year.weeks(monday + timedelta(hours=5), ZONE)[-1].name == "2026-W46"
    assert len(demo_year.weeks(NOW, ZONE)) == WEEKS


def test_what_happens_is_what_each_story_says() -> None:
    told = years()
    weeks = demo_year.weeks(NOW, ZONE)
    creek, ridge, meadow = (told[site] for site in ("twin-creek", "old-ridge", "far-meadow"))
    assert ridge.died is not None
    assert weeks[37].begins < ridge.died < weeks[37].ends
    assert not any(one.shown for one in ridge.passed if one.at >= ridge.died)
    assert meadow.watches[-1].until < weeks[24].begins < meadow.passed[-1].at
    before, after = (
        sum(one.shown is not None and one.shown.verdict is Verdict.NOT_BEAR for one in creek.passed if test(one.at))
        for test in (lambda at: at < weeks[26].begins, lambda at: at >= weeks[26].begins)
    )
    assert after > 20 * before
    assert len(told["small-bench"].passed) < len(told["quiet-valley"].passed) / 10


def test_nobody_sees_anything_outside_of_a_watch() -> None:
    for one in years().values():
        for passed in one.passed:
            assert passed.shown is not None or passed.seen_at is not None
            if passed.seen_at is not None:
                assert any(watch.since <= passed.seen_at < watch.until for watch in one.watches)


def test_every_site_says_in_its_name_that_it_is_simulated(year: Engine) -> None:
    with reading(year) as session:
        assert all(site.name.endswith("(simulated)") for site in session.query(tables.Site))
        assert session.query(tables.Receiver).count() == 0


def test_the_year_ends_with_five_different_verdicts(year: Engine) -> None:
    with reading(year) as session:
        weeks = demo_reports.weeks(session)
        assert [week.name for week in weeks] == [week.name for week in demo_year.weeks(NOW, ZONE)]
        told = {one.site: demo_reports.known(session, one, weeks[-1]).body["verdict"] for one in STORIES}
    assert told == {
        "quiet-valley": "consistent", "twin-creek": "alarm_up", "old-ridge": "data_fault",
        "far-meadow": "manual_watch_missing", "small-bench": "not_enough_data",
    }  # fmt: skip


def test_a_report_knows_nothing_of_what_came_after_its_monday(year: Engine) -> None:
    with reading(year) as session:
        week = demo_reports.weeks(session)[9]
        at = demo_year.known_at(week, ZONE)
        body = demo_reports.known(session, demo_reports.story_of("quiet-valley"), week).body
    assert datetime.fromisoformat(body["as_of"]) <= at
    assert max(one["week"] for one in body["alert_ratio"]["weeks"]) == week.name


def test_reports_are_made_in_time_and_each_once(year: Engine) -> None:
    due = demo_reports.due(year)
    assert len(due) == WEEKS * len(STORIES)
    assert [at for _, _, at in due] == sorted(at for _, _, at in due)
    for site, week, at in due[:2]:
        demo_reports.make(year, site, week, at)
    assert demo_reports.due(year) == due[2:]
    with reading(year) as session:
        kept = reports.newest(session, due[0][0], due[0][1].name)
        assert kept is not None
        assert (kept.revision, kept.made_at) == (1, due[0][2])
        assert demo_reports.known(session, STORIES[0], due[0][1]).revision == 1


def test_there_are_five_stories_and_no_other() -> None:
    with pytest.raises(NotFound, match="quiet-valley"):
        demo_reports.story_of("camp")


@pytest.mark.long
@pytest.mark.parametrize("now", [NOW, datetime(2027, 4, 13, 12, tzinfo=UTC)])
def test_the_five_stories_come_out_by_the_code_of_every_report(
    tmp_path: Path, sqlite_at_head: Path, now: datetime
) -> None:
    file = tmp_path / "year.db"
    shutil.copyfile(sqlite_at_head, file)
    fill_year(file, now)
    engine = make_engine(f"sqlite:///{file}")
    for site, week, at in demo_reports.due(engine):
        demo_reports.make(engine, site, week, at)
    with reading(engine) as session:
        told = {
            story.site: [verdict for _, _, verdict in reversed(reports.verdicts(session, story.site, limit=WEEKS))]
            for story in STORIES
        }
        alarms = session.query(tables.DriftAlarm).count()
        assert session.query(tables.Notice).count() == 0
    engine.dispose()
    assert stays(told["quiet-valley"], "consistent") < 20
    assert 27 < stays(told["twin-creek"], "alarm_up") < 36
    assert "alarm_up" not in told["twin-creek"][:26]
    assert stays(told["old-ridge"], "data_fault") == 38
    assert told["old-ridge"][36] == "consistent"
    assert stays(told["far-meadow"], "manual_watch_missing") == 25 + 7
    assert set(told["small-bench"]) == {"not_enough_data"}
    assert alarms == 1, "one story is one alarm, however many weeks it lasts"


def stays(verdicts: Sequence[str], verdict: str) -> int:
    """The week from which on it is this one until the end."""
    others = [number for number, one in enumerate(verdicts, start=1) if one != verdict]
    return max(others, default=0) + 1
