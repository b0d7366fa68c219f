"""Cover: whom a rule in trial or live reaches and what it watches; a new park.toml takes none of it away unseen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from rollout import force, operations, protection, stages, terms
from rollout.stages import WARNS
from store import park, rules, tables
from store.errors import ParkFileMalformed
from store.session import Session
from store.vocabulary import Audience, Stage


@dataclass(frozen=True, kw_only=True)
class Promised:
    """A site before the file is applied. relied_on: its people were told that the model warns.

    lacks: what was missing already; cameras: those that the rule in force holds and that are at the site.
    """

    site: tables.Site
    relied_on: bool
    lacks: frozenset[str]
    cameras: frozenset[str]


def hold(session: Session) -> Sequence[Promised]:
    """Every site there is, locked, with what its people rely on."""
    return [
        Promised(
            site=site, relied_on=protection.relied_on(session, site.id), lacks=_lacks(session, site),
            cameras=_cameras(session, site),
        )
        for site in park.hold(session)
        if site.retired_at is None
    ]  # fmt: skip


def leave(session: Session, before: Sequence[Promised], kept: Collection[str], *, who: str, now: datetime) -> None:
    """Sites that the file no longer names step back to shadow and are told, while they have receivers."""
    for one in before:
        if one.site.id not in kept:
            force.retire(session, one.site, who=who, now=now)


def keep(session: Session, before: Sequence[Promised], *, now: datetime) -> None:
    """Refuse what leaves people without a warning, tell what is not watched any more.

    Raises ParkFileMalformed naming every site and what it would lose; nothing of the file is applied then.
    """
    remaining = [one for one in before if one.site.retired_at is None]
    faults = [
        f"site {one.site.id}: its rule is in force and would lose {lost}: keep it, or stop the site or step it to "
        "shadow first"
        for one in remaining
        if one.relied_on
        for lost in sorted(_lacks(session, one.site) - one.lacks)
    ]  # fmt: skip
    if faults:
        raise ParkFileMalformed("\n".join(faults))
    for one in remaining:
        _tell_lost(session, one, now)
        protection.settle(session, one.site, cause="", was=one.relied_on, now=now)


def _tell_lost(session: Session, one: Promised, now: datetime) -> None:
    for camera in sorted(one.cameras - _cameras(session, one.site)) if one.relied_on else ():
        says = (
            f"{one.site.name}: camera {camera} is not at the site any more, what it saw is NOT watched by the model"
        )
        operations.tell(session, one.site.id, key=f"camera-gone:{camera}:{now:%Y%m%d%H%M%S}", says=says, now=now)


def _lacks(session: Session, site: tables.Site) -> frozenset[str]:
    rule = rules.in_force(session, site.id)
    if rule is None or rule.stage not in WARNS:
        return frozenset()
    audiences = {receiver.audience for receiver in park.receivers(session, site.id, Audience.CAMPERS)}
    wanted = {Audience.RANGERS, rule.audience}
    found = {f"the last receiver with audience {audience}" for audience in wanted - audiences}
    hours = [duty.hours for duty in park.duties(session, site.id)]
    if rule.stage is Stage.TRIAL and stages.uncovered_minutes(terms.read(rule.body), hours):
        found.add("the [[duty]] for a part of its scope")
    return frozenset(found)


def _cameras(session: Session, site: tables.Site) -> frozenset[str]:
    rule = rules.in_force(session, site.id)
    held = rules.cameras_of(rule) if rule is not None and rule.stage in WARNS else ()
    return frozenset(camera.id for camera in park.cameras(session, site.id) if held is None or camera.id in held)
