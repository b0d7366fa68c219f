"""Whether the model protects a site, said in words; and the gap when it no longer does."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rollout import operations
from rollout.actors import Actor
from rollout.stages import WARNS
from store import audit, park, rules, tables
from store.errors import NotAllowedNow
from store.session import Session
from store.vocabulary import Role, Stage


@dataclass(frozen=True, kw_only=True)
class Protection:
    """What people at the site may rely on, in one sentence."""

    stopped: bool
    protected: bool
    says: str


def of(session: Session, site: tables.Site) -> Protection:
    """Whether the model protects the site now (within its rule's scope)."""
    rule, stop = rules.in_force(session, site.id), rules.open_stop(session, site.id)
    gap = rules.open_gap(session, site.id)
    if gap is not None:
        watch = f"manual watch taken by {rules.name_of(session, gap.accepted_by)}" if gap.accepted_at else ""
        says = f"NOT protected by the model since {local(gap.since, site)}: {gap.cause}; "
        return Protection(
            stopped=stop is not None, protected=False, says=says + (watch or "nobody has taken the watch")
        )
    if stop is not None:
        return Protection(
            stopped=True, protected=False, says=f"stopped by {stop.by}: {stop.reason}; the manual watch acts"
        )
    if rule is None or rule.stage not in WARNS:
        stage = rule.stage if rule else Stage.OFF
        return Protection(stopped=False, protected=False, says=f"stage {stage}: the manual watch acts")
    how = "after a ranger confirms" if rule.stage is Stage.TRIAL else f"at once, to {rule.audience}"
    until = f" until {rule.body['last_day']}" if rule.body.get("last_day") else ""
    return Protection(
        stopped=False, protected=True, says=f"{rule.stage}: warnings go out {how}{until}, within its scope"
    )


def settle(session: Session, site: tables.Site, *, cause: str, was: bool, now: datetime) -> None:
    """After a change: open a gap where the model protected the site and does not any more, end it where it does.

    A gap is told to the site's rangers and stays until it ends; `accept` puts a name to the manual watch.
    """
    rule, gap = rules.in_force(session, site.id), rules.open_gap(session, site.id)
    protects = rule is not None and rule.stage in WARNS and rules.open_stop(session, site.id) is None
    if protects and gap is not None:
        gap.ended_at = now
        operations.tell(session, site.id, key=f"gap-ended:{gap.id}", now=now, says=f"{site.name}: protected again")
    elif not protects and was and gap is None:
        gap = tables.Gap(site_id=site.id, since=now, cause=cause)
        session.add(gap)
        session.flush()
        says = f"{site.name} is NOT protected by the model since {local(now, site)}: {cause}. Take the manual watch."
        operations.tell(session, site.id, key=f"gap:{gap.id}", now=now, says=says)


def accept(session: Session, site_id: str, *, by: Actor, now: datetime) -> Protection:
    """A named person takes the manual watch of a site that the model does not protect."""
    by.require(Role.RANGER, site_id)
    site = park.site(session, site_id, lock=True)
    gap = rules.open_gap(session, site_id)
    if gap is None:
        raise NotAllowedNow(f'site "{site_id}" has no open "NOT protected": there is nothing to accept')
    gap.accepted_by, gap.accepted_at = by.id, now
    says = f"{by.name} takes the manual watch of {site.name}: {gap.cause}"
    audit.append(session, at=now, who=by.name, action="watch.accepted", subject=f"site:{site_id}", says=says)
    return of(session, site)


def local(at: datetime, site: tables.Site) -> str:
    """A moment in site time, as people read it."""
    return at.astimezone(ZoneInfo(site.time_zone)).strftime("%Y-%m-%d %H:%M")
