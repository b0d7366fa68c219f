"""Joining: people mend what the rule proposed, with a word why. Rows end and never change; the audit chain tells it.

Whoever has a stake in the site's rule mends nothing there: not the person who proposed the one in force, nor one that
waits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rollout import noticed
from rollout.actors import Actor
from rollout.encounters import Seen, away
from store import audit, park, rules, tables
from store import encounters as rows
from store import watching as watch_rows
from store.encounters import Joined
from store.errors import NotAllowedNow, NotFound
from store.session import Session
from store.vocabulary import Role

FURTHEST = timedelta(hours=24)
"""No clock is so wrong that a visit and a sighting further apart were one event."""


def join(session: Session, visit: int, sighting: int, *, why: str, by: Actor, now: datetime) -> tables.Match:
    """Say that a visit and a sighting are one event.

    Raises NotFound, NotPermitted; NotAllowedNow where one of them is joined already, or cannot be.
    """
    site = watch_rows.sighting(session, sighting).site_id
    _hold(session, site, f"there is no sighting {sighting}", by)
    told = watch_rows.sighting(session, sighting, lock=True)
    seen = _visit(session, site, visit, now)
    _require_bear(told, seen)
    said = rows.matches(session, visits=seen.parts, sightings=[sighting], as_of=now, holding=False)
    stand = [one for one in said if one.row.ended_at is None]
    void = _void(session, stand, now)
    for one in stand:
        if not one.row.apart and one.row.id not in void:
            raise NotAllowedNow(_joined_already(one, seen, sighting))
        if not one.row.apart or (one.row.visit_id in seen.parts and one.row.sighting_id == sighting):
            one.row.ended_at, one.row.ended_by = now, by.id
    session.flush()
    row = tables.Match(site_id=site, visit_id=seen.id, sighting_id=sighting, made_at=now, made_by=by.id, why=why)
    session.add(row)
    session.flush()
    _tell(session, row, "encounter.joined", "are one", by)
    return row


def part(session: Session, match: int, *, why: str, by: Actor, now: datetime) -> tables.Match:
    """Say that what was joined is not one event; it is never proposed again. Gives the row that says so.

    Raises NotFound, NotPermitted; NotAllowedNow where it is joined no more.
    """
    _hold(session, rows.match(session, match).site_id, f"there is no match {match}", by)
    held = rows.match(session, match, lock=True)
    if held.apart or held.ended_at is not None:
        who = rules.name_of(session, held.ended_by or held.made_by or by.id)
        at = held.ended_at or held.made_at
        raise NotAllowedNow(f"these two are joined no more: {who} set them apart at {at:%Y-%m-%d %H:%M} UTC")
    held.ended_at, held.ended_by = now, by.id
    session.flush()
    row = tables.Match(
        site_id=held.site_id, visit_id=held.visit_id, sighting_id=held.sighting_id, apart=True, made_at=now,
        made_by=by.id, why=why,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _tell(session, row, "encounter.parted", "are two", by)
    return row


def history(session: Session, match: int, *, by: Actor, now: datetime) -> Sequence[Joined]:
    """Everything that was ever said of a match's visit and of its sighting, the oldest first. Raises NotFound."""
    row = rows.match(session, match)
    _require_there(by, row.site_id, f"there is no match {match}")
    return rows.matches(session, visits=[row.visit_id], sightings=[row.sighting_id], as_of=now, holding=False)


def why_not(session: Session, site: str, by: Actor) -> str | None:
    """Why this person mends nothing at a site; None: they may."""
    for rule in rules.waiting(session):
        if rule.site_id == site and rule.proposed_by == by.id:
            return f"{by.name} proposed revision {rule.revision} of the site's rule: somebody else must mend this"
    return None


def _hold(session: Session, site: str, missing: str, by: Actor) -> None:
    _require_there(by, site, missing)
    by.require(Role.RANGER, site)
    park.hold(session, site)
    why = why_not(session, site, by)
    if why is not None:
        raise NotAllowedNow(why)


def _require_there(by: Actor, site: str, missing: str) -> None:
    if by.sites and site not in by.sites:
        raise NotFound(missing)


def _visit(session: Session, site: str, visit: int, now: datetime) -> Seen:
    """The visit that stands for this one. Raises NotFound for one that the model did not call a bear at the site."""
    found = noticed.seen(session, rows.of_site(session, site, rows.linked_with(session, [visit])), as_of=now)
    seen = next((one for one in found if visit in one.parts), None)
    if seen is None:
        raise NotFound(f"there is no visit {visit} at {site} that the model called a bear")
    return seen


def _require_bear(told: tables.Sighting, seen: Seen) -> None:
    if told.withdrawn_at is not None:
        raise NotAllowedNow(f"sighting {told.id} is withdrawn")
    if not rows.counted(told):
        raise NotAllowedNow(f"{told.observer} was unsure of sighting {told.id}: nobody counts it as a bear")
    if away(seen, told.at) > FURTHEST:
        raise NotAllowedNow(f"they are more than {FURTHEST / timedelta(hours=1):g} hours apart: they cannot be one")


def _void(session: Session, stand: Sequence[Joined], now: datetime) -> set[int]:
    """Proposals that hold no more: people have said since that the visit shows no bear."""
    proposed = {one.row.visit_id for one in stand if one.row.made_by is None}
    seen = noticed.seen(session, rows.linked_with(session, proposed), as_of=now)
    dismissed = {visit for one in seen if one.dismissed for visit in one.parts}
    return {one.row.id for one in stand if one.row.made_by is None and one.row.visit_id in dismissed}


def _joined_already(held: Joined, seen: Seen, sighting: int) -> str:
    by = f"by {held.made_by}" if held.made_by else "as proposed"
    if held.row.visit_id in seen.parts and held.row.sighting_id == sighting:
        return f"these two are joined already, {by}"
    what = f"visit {seen.id}" if held.row.visit_id in seen.parts else f"sighting {sighting}"
    other = f"sighting {held.row.sighting_id}" if what.startswith("visit") else f"visit {held.row.visit_id}"
    return f"{what} is joined with {other} already, {by}: set these two apart first"


def _tell(session: Session, row: tables.Match, action: str, says: str, by: Actor) -> None:
    audit.append(
        session, at=row.made_at, who=by.name, action=action, subject=f"site:{row.site_id}",
        says=f"visit {row.visit_id} and sighting {row.sighting_id} {says}: {row.why}",
        body={"match": row.id, "visit": row.visit_id, "sighting": row.sighting_id},
    )  # fmt: skip
