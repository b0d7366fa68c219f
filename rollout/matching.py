"""Matching: what the model called a bear and what people saw become encounters, and the rule proposes which are one.

No encounter: a visit of a known clip, of a replay or of a card; a visit that raised no alert, even in shadow; a
sighting that was withdrawn, or of which its observer was unsure. Visits that a late picture showed to be one are one,
unless each is joined with a sighting of its own. A false alarm is an encounter until people say otherwise, and after
that too: its verdict says so, and whoever counts bears leaves it out.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta

from rollout import encounters, noticed, site_by_site
from rollout.encounters import Chance, Encounter, Pair, Seen, Told
from store import encounters as rows
from store import park, tables
from store.errors import EncountersNotProposed
from store.session import Engine, Session, reading, transaction
from store.vocabulary import Verdict

LATELY = timedelta(days=45)
"""A sighting that happened, or was told, so lately is looked at for proposals."""

RIPE = timedelta(days=1)
"""What hangs together for so long is proposed though it has not ended."""


def window(session: Session) -> timedelta:
    """How far apart a visit and a sighting may be to be proposed as one: the park's, set beforehand."""
    return timedelta(minutes=park.the_park(session).match_minutes)


def of_site(
    session: Session, site: tables.Site, *, since: datetime, until: datetime, as_of: datetime
) -> list[Encounter]:  # fmt: skip
    """The encounters of a site that were first noticed in a span, in order, by what was on record at `as_of`.

    A few statements, over the rows of the span. Doubts are those that are held now. A proposal holds no more once
    people say that the visit's pictures show no bear; what a person joined does.
    """
    seen = rows.linked_with(session, rows.alerted(session, site.id, since=since, until=until, as_of=as_of))
    told = {row.id: row for row in rows.sightings(session, site.id, since=since, until=until, as_of=as_of)}
    held = rows.matches(session, visits=seen, sightings=told, as_of=as_of)
    beyond = {one.row.visit_id for one in held} - seen
    if beyond:
        seen |= rows.linked_with(session, beyond)
        held = rows.matches(session, visits=seen, sightings=told, as_of=as_of)
    told |= {
        row.id: row
        for row in rows.sightings_of(session, {one.row.sighting_id for one in held} - told.keys(), as_of=as_of)
    }
    visits, homes = noticed.visits(session, site, seen, joined={one.row.visit_id for one in held}, as_of=as_of)
    said_no = {one.visit for one in visits if one.verdict is Verdict.NOT_BEAR}
    made = {
        (home, one.row.sighting_id): (one.row.id, one.made_by) for one in held
        if (home := homes.get(one.row.visit_id)) is not None and (one.row.made_by or home not in said_no)
    }  # fmt: skip
    found = encounters.joined(visits, noticed.sightings(session, site, told.values(), as_of=as_of), made)
    return [one for one in found if since <= one.at < until]


def chance_of(session: Session, site: tables.Site, *, since: datetime, until: datetime, as_of: datetime) -> Chance:
    """How many sightings of a span would be joined by chance: each looked for on the day before."""
    within, found = window(session), rows.sightings(session, site.id, since=since, until=until, as_of=as_of)
    told = noticed.told(session, [row for row in found if rows.counted(row)])
    first, last = since - encounters.DAY - within, until - encounters.DAY + within
    near = rows.linked_with(session, rows.alerted(session, site.id, since=first - RIPE, until=last, as_of=as_of))
    seen = [one for one in noticed.seen(session, near, as_of=as_of) if not one.dismissed]
    return encounters.chance(seen, told, window=within)


def keep(engine: Engine, *, now: datetime) -> int:
    """Propose what is one encounter among what came in lately and is joined with nothing; gives how many.

    What hangs together is proposed as a whole, once nothing that is seen now could belong to it. What a person set
    apart is never proposed again, and what people said was no bear is not proposed. Raises EncountersNotProposed.
    """
    return site_by_site.each(
        engine, lambda site: _keep_site(engine, site, now), event="encounters.failed",
        fault=lambda sites: EncountersNotProposed(f"{sites}: the log says why"),
    )  # fmt: skip


def _keep_site(engine: Engine, site: str, now: datetime) -> int:
    """Who writes is held up only where something can be proposed."""
    with reading(engine) as session:
        if not _due(session, park.site(session, site), window(session), now):
            return 0
    with transaction(engine) as session:
        within, held = window(session), park.hold(session, site)
        found = [pair for row in held for pair in _due(session, row, within, now)]
        session.add_all(
            tables.Match(
                site_id=site, visit_id=pair.visit, sighting_id=pair.sighting, made_at=now,
                window_minutes=int(within.total_seconds()) // 60, why=_why(pair),
            )
            for pair in found
        )  # fmt: skip
    return len(found)


def _due(session: Session, site: tables.Site, within: timedelta, now: datetime) -> list[Pair]:
    """What can be proposed at a site now."""
    told = noticed.told(session, rows.unjoined_sightings(session, site.id, since=now - LATELY, as_of=now))
    if not told:
        return []
    span = {"since": told[0].at - within - RIPE, "until": told[-1].at + within}
    some = rows.unjoined_visits(session, site.id, **span, as_of=now)
    near = {visit for visit, first, last in some if _near([one.at for one in told], first - within, last + within)}
    if not near:
        return []
    family = rows.linked_with(session, near)
    said = [one.row for one in rows.matches(session, visits=family, sightings=(), as_of=now, holding=False)]
    stand = [row for row in said if row.ended_at is None]
    taken = {row.visit_id for row in stand if not row.apart}
    seen = [one for one in noticed.seen(session, family, as_of=now) if not one.dismissed and not taken & {*one.parts}]
    apart = {(one.id, row.sighting_id) for one in seen for row in stand if row.apart and row.visit_id in one.parts}
    return [
        pair
        for visits, sightings in encounters.clusters(seen, told, window=within)
        if _ripe(visits, sightings, within, now)
        for pair in encounters.pairs(visits, sightings, window=within, apart=apart)
    ]


def _near(moments: Sequence[datetime], first: datetime, last: datetime) -> bool:
    """Whether one of these moments, which are in order, lies in a span."""
    at = bisect_left(moments, first)
    return at < len(moments) and moments[at] <= last


def _ripe(visits: Sequence[Seen], sightings: Sequence[Told], within: timedelta, now: datetime) -> bool:
    begins = min([*(one.since for one in visits), *(one.at for one in sightings)])
    ends = max([*(one.until for one in visits), *(one.at for one in sightings)])
    return ends + within <= now or begins + RIPE <= now


def _why(pair: Pair) -> str:
    return f"{pair.away / timedelta(minutes=1):.0f} minutes apart"
