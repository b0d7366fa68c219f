"""Registered: the register of incidents as shapes, as far as a person may see it."""

from collections.abc import Sequence
from datetime import datetime

from api import watched
from api.schemas.incidents import IncidentOut, IncidentPage, NamedCauseOut, NotCountedOut
from rollout import incidents, watching
from rollout.actors import Actor
from rollout.stages import WARNS
from store import incidents as rows
from store import park, rules, tables
from store.incidents import Named
from store.session import Session
from store.vocabulary import Stage

SAYS = {
    Stage.OFF: "the model is off: the manual watch alone warns people",
    Stage.SHADOW: "in shadow the model warns nobody, so nothing counts as an incident; what people saw is on Daily",
}

HIDDEN = "you watch it blind: what was missed there is shown to you once you have ended your watch"


def page(
    session: Session, who: Actor, *, site: str | None, only_open: bool, cursor: int | None, limit: int, now: datetime
) -> IncidentPage:
    """Those of a site or of all that this person may see."""
    own, hidden = watched.sites_of(who, site), watching.hidden_at(session, who.id, now=now)
    found = rows.of_sites(session, own, only_open=only_open, cursor=cursor, limit=limit + 1, but=hidden)
    waiting = rows.open_by_site(session)
    return IncidentPage(
        items=_out(session, found[:limit], now), next=found[limit - 1].id if len(found) > limit else None,
        open=sum(many for name, many in waiting.items() if name not in hidden and (own is None or name in own)),
        not_counted=[
            told for row in park.sites(session)
            if (own is None or row.id in own) and (told := _not_counted(session, row, row.id in hidden)) is not None
        ],
    )  # fmt: skip


def one(session: Session, row: tables.Incident, now: datetime) -> IncidentOut:
    """One of them."""
    return _out(session, [row], now)[0]


def _out(session: Session, found: Sequence[tables.Incident], now: datetime) -> list[IncidentOut]:
    named = rows.causes(session, [row.id for row in found], as_of=now)
    return [_one(session, row, named.get(row.id, [])) for row in found]


def _one(session: Session, row: tables.Incident, named: Sequence[Named]) -> IncidentOut:
    site, history = session.get_one(tables.Site, row.site_id), [_named(told) for told in named]
    return IncidentOut(
        id=row.id, site=site.id, site_name=site.name, time_zone=site.time_zone, kind=row.kind, at=row.at,
        stage=row.stage, camera=row.camera_id, sighting=row.sighting_id, alert=row.alert_id, says=row.says,
        suggested=row.suggested, suggested_says=incidents.words(row.suggested), facts=row.facts,
        found_at=row.found_at, cause=history[-1] if history else None, history=history,
    )  # fmt: skip


def _named(told: Named) -> NamedCauseOut:
    row = told.row
    return NamedCauseOut(cause=row.cause, says=incidents.words(row.cause), note=row.note, by=told.by, at=row.at)


def _not_counted(session: Session, site: tables.Site, hidden: bool) -> NotCountedOut | None:
    if hidden:
        return NotCountedOut(site=site.id, site_name=site.name, says=HIDDEN)
    rule = rules.in_force(session, site.id)
    stage = rule.stage if rule else Stage.OFF
    return None if stage in WARNS else NotCountedOut(site=site.id, site_name=site.name, says=SAYS[stage])
