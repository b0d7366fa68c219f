"""Demo reports: the simulated weeks as they were known on the Monday after each, by the code of every report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rollout import demo_year, iso_weeks, reports
from rollout.demo_year import STORIES, Story
from rollout.iso_weeks import IsoWeek
from store import park, simulated
from store import reports as rows
from store.errors import NotFound
from store.session import Engine, Session, reading, transaction


@dataclass(frozen=True, kw_only=True)
class Known:
    """One site's report of a week. revision None: it was made for this answer, and is not kept yet."""

    story: Story
    body: Mapping[str, Any]
    revision: int | None


def zone_of(session: Session) -> ZoneInfo:
    """The time zone of the five sites."""
    return ZoneInfo(park.the_park(session).time_zone)


def weeks(session: Session) -> list[IsoWeek]:
    """Every week of the year, the oldest first."""
    found, zone = simulated.lasts(session), zone_of(session)
    if found is None:
        return []
    week, last = iso_weeks.holding(found[0], zone), found[1]
    told = list[IsoWeek]()
    while week.begins <= last:
        told.append(week)
        week = iso_weeks.back(week, -1, zone)
    return told


def known(session: Session, story: Story, week: IsoWeek) -> Known:
    """The report of a week, as it was made on its Monday; where that is not done yet, as it would be."""
    kept = rows.newest(session, story.site, week.name)
    if kept is not None:
        return Known(story=story, body=kept.body, revision=kept.revision)
    at = demo_year.known_at(week, zone_of(session))
    return Known(story=story, body=reports.live(session, story.site, week.name, now=at), revision=None)


def story_of(site: str) -> Story:
    """One of the five. Raises NotFound."""
    found = next((story for story in STORIES if story.site == site), None)
    if found is None:
        raise NotFound(f'there is no simulated site "{site}": there are {", ".join(one.site for one in STORIES)}')
    return found


def due(engine: Engine) -> Sequence[tuple[str, IsoWeek, datetime]]:
    """Site, week and Monday of each report that is not made yet, in the order of time: later ones build on them."""
    with reading(engine) as session:
        made, zone = simulated.made(session), zone_of(session)
        return [
            (story.site, week, demo_year.known_at(week, zone))
            for week in weeks(session) for story in STORIES if (story.site, week.name) not in made
        ]  # fmt: skip


def make(engine: Engine, site: str, week: IsoWeek, at: datetime) -> None:
    """One report, kept."""
    with transaction(engine, lasts=False) as session:
        reports.make(session, site, week.name, now=at)
