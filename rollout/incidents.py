"""Incidents: the register of bears that nobody was warned of. They arise by themselves; people name the causes.

The clock looks at what came in lately. An incident stands until what made it one no longer holds: the sighting is
withdrawn, a warning of it turns up, the alert is answered as no bear. What was said of its cause stays on record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rollout import bears_around, likely_causes, matching, noticed, site_by_site, unwarned
from rollout.actors import Actor
from rollout.bears_around import Site
from rollout.likely_causes import Suggested
from rollout.unwarned import Told
from store import audit, history, looks, park, tables
from store import incidents as rows
from store.errors import IncidentsNotKept, NotAllowedNow
from store.incidents import Named, Near
from store.looks import AuditBear
from store.session import Engine, Session, reading, transaction
from store.vocabulary import IncidentCause, IncidentKind, Role, Stage, Verdict

WHO = "Bearwatch"
LATELY = timedelta(days=8)
"""What came in, or was answered, so lately is looked at."""

AUDITED = timedelta(days=30)
"""So old a bear of the audit is at most: its day is drawn within three, and a look waits for two weeks."""

UNDONE = timedelta(days=45)
"""So long after it was found what makes an incident is looked at again: a sighting may be withdrawn, or joined."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One that is to be registered. group: of the camera, where that is known."""

    key: str
    kind: IncidentKind
    at: datetime
    stage: Stage
    says: str
    suggested: Suggested
    camera: str | None = None
    group: str | None = None
    sighting: int | None = None
    alert: int | None = None


def keep(engine: Engine, now: datetime) -> int:
    """Register what is an incident now, and end what is none any more, a site at a time; gives how many changed.

    A site that fails keeps none of the others. Raises IncidentsNotKept after the last one.
    """
    return site_by_site.each(
        engine, lambda site: _keep(engine, site, now), event="incidents.failed",
        fault=lambda sites: IncidentsNotKept(f"{sites}: the log says why"),
    )  # fmt: skip


def _keep(engine: Engine, site: str, now: datetime) -> int:
    """Of one site; where nothing changes nobody is held up."""
    with reading(engine) as session:
        row = park.site(session, site)
        if not _news(session, row, now) and not _over(session, row, now):
            return 0
    with transaction(engine) as session:
        return sum(keep_site(session, held, now=now) for held in park.hold(session, site))


def keep_site(session: Session, site: tables.Site, *, now: datetime) -> int:
    """The same for one site, whose row is held."""
    ended = _over(session, site, now)
    for row, why in ended:
        row.ended_at, row.ended_why = now, why
        _tell(session, row, "incident.ended", f"no incident any more: {why}", WHO, now)
    session.flush()
    news = _news(session, site, now)
    for one in news:
        row = tables.Incident(
            key=one.key, site_id=site.id, kind=one.kind, at=one.at, stage=one.stage, camera_id=one.camera,
            sighting_id=one.sighting, alert_id=one.alert, says=one.says, suggested=one.suggested.cause,
            facts=list(one.suggested.facts), found_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        _tell(session, row, "incident.found", one.says, WHO, now)
    return len(ended) + len(news)


def name_cause(
    session: Session, number: int, *, cause: IncidentCause, note: str | None, by: Actor, now: datetime
) -> tables.Incident:  # fmt: skip
    """A named person says why nobody was warned. Another cause later is a new row beside the first.

    Raises NotFound, NotPermitted; NotAllowedNow where it is an incident no more, or nothing new is said.
    """
    site = rows.get(session, number).site_id
    by.require(Role.SUPERVISOR, site)
    park.hold(session, site)
    row = rows.get(session, number, lock=True)
    if row.ended_at is not None:
        raise NotAllowedNow(f"incident {number} is none any more: {row.ended_why}")
    if cause is IncidentCause.OTHER and not note:
        raise NotAllowedNow("say in the note what the other cause was")
    before = rows.causes(session, [number], as_of=now).get(number, [])
    if before and (before[-1].row.cause, before[-1].row.note) == (cause, note):
        raise NotAllowedNow(f"{before[-1].by} has named this cause already: {words(cause)}")
    session.add(tables.NamedCause(incident_id=number, cause=cause, note=note, person_id=by.id, at=now))
    session.flush()
    says = f"{row.says} Cause: {words(cause)}{f', {note}' if note else ''}"
    _tell(session, row, "incident.cause", says, by.name, now, cause=cause)
    return row


def of_week(
    session: Session, site: tables.Site, *, since: datetime, until: datetime, as_of: datetime
) -> Sequence[tuple[tables.Incident, Named | None]]:
    """Those of a week that were known and stood then, each with the cause that held then."""
    found = rows.between(session, site.id, since=since, until=until, as_of=as_of)
    named = rows.causes(session, [row.id for row in found], as_of=as_of)
    return [(row, named[row.id][-1] if named.get(row.id) else None) for row in found]


def words(cause: IncidentCause) -> str:
    """A cause as people say it."""
    return CAUSES[cause]


CAUSES: Mapping[IncidentCause, str] = {
    IncidentCause.MODEL: "the model did not see it",
    IncidentCause.THRESHOLD: "below the threshold",
    IncidentCause.CAMERA: "a camera was down or blind",
    IncidentCause.FRAME: "a picture was lost or came too late",
    IncidentCause.SCOPE: "outside the rule's scope",
    IncidentCause.HELD: "held back by a stop, a cooldown, a daily cap or a quiet place",
    IncidentCause.NOBODY: "nobody answered the alert",
    IncidentCause.ANSWER: "the alert was answered wrongly",
    IncidentCause.DELIVERY: "the warning was not delivered",
    IncidentCause.NOT_ONE: "it is none: wrongly matched, or there was no bear",
    IncidentCause.OTHER: "something else",
}


def _news(session: Session, site: tables.Site, now: datetime) -> list[Found]:
    """What is to be registered now, one for each bear."""
    found = [
        *_of_alerts(session, site, now),
        *_of_sightings(session, site, now),
        *_of_audits(session, site, now),
    ]
    if not found:
        return []
    within = matching.window(session)
    taken = _standing(session, site, since=min(one.at for one in found) - within, now=now)
    news = list[Found]()
    for one in sorted(found, key=lambda told: (told.at, told.key)):
        if not any(unwarned.same(one.at, at, (one.group, group), within) for at, group in taken):
            news.append(one)
            taken.append((one.at, one.group))
    return news


def _standing(
    session: Session, site: tables.Site, *, since: datetime, now: datetime
) -> list[tuple[datetime, str | None]]:
    """When and before which cameras those bears were that are registered already, but for wrong matches."""
    held = rows.standing(session, site.id, since=since)
    named = rows.causes(session, [row.id for row in held], as_of=now)
    groups = park.groups_of(session, {row.camera_id for row in held if row.camera_id})
    wrong = {number for number, some in named.items() if some[-1].row.cause is IncidentCause.NOT_ONE}
    return [(row.at, groups.get(row.camera_id or "")) for row in held if row.id not in wrong]


def _of_alerts(session: Session, site: tables.Site, now: datetime) -> list[Found]:
    near = rows.answered_bear(session, site.id, since=now - LATELY)
    told = bears_around.told_of(session, near)
    return [_of_alert(one, kind, site) for one in near if (kind := unwarned.of_alert(told[one.row.id])) is not None]


HOW: Mapping[IncidentKind, str] = {
    IncidentKind.DISMISSED: "it was dismissed, and was a bear",
    IncidentKind.UNANSWERED: "nobody answered in time, and it was a bear",
    IncidentKind.UNDELIVERED: "it was confirmed, and the warning reached nobody",
    IncidentKind.WITHHELD: "it was confirmed, and no warning went out",
}


def _of_alert(one: Near, kind: IncidentKind, site: tables.Site) -> Found:
    row = one.row
    return Found(
        key=f"alert:{row.id}", kind=kind, at=row.taken_at, stage=row.stage, camera=row.camera_id, group=one.group,
        alert=row.id, suggested=likely_causes.of_alert(kind),
        says=f"{site.name}, camera {row.camera_id}: alert {row.id}: {HOW[kind]}.",
    )  # fmt: skip


def _of_sightings(session: Session, site: tables.Site, now: datetime) -> list[Found]:
    within, since = matching.window(session), now - LATELY
    seen = [
        row for row in rows.sightings(session, site.id, since=since)
        if unwarned.due(row.at, row.received_at, within) <= now
    ]  # fmt: skip
    if not seen:
        return []
    held = bears_around.of_site(session, site, since=seen[0].at - within, until=seen[-1].at + within)
    mine = [(row, stage) for row in seen if (stage := held.warned_in(row.at)) is not None]
    near = bears_around.near(session, held, [row for row, _ in mine], within)
    return [
        _of_sighting(session, row, stage, held, near[row.id], within)
        for row, stage in mine if unwarned.of_sighting([told for _, told in near[row.id]]) is True
    ]  # fmt: skip


def _of_sighting(
    session: Session, row: tables.Sighting, stage: Stage, held: Site, near: Sequence[tuple[int, Told]],
    within: timedelta,
) -> Found:  # fmt: skip
    around = bears_around.around(session, held, at=row.at, camera=row.camera_id, near=near, within=within)
    where = f" at {row.spot}" if row.spot else f", camera {row.camera_id}" if row.camera_id else ""
    groups = park.groups_of(session, {row.camera_id} if row.camera_id else set())
    return Found(
        key=f"sighting:{row.id}", kind=IncidentKind.SEEN, at=row.at, stage=stage, camera=row.camera_id,
        group=groups.get(row.camera_id or ""), sighting=row.id, suggested=likely_causes.of_sighting(around),
        says=f"{held.site.name}{where}: {row.observer} saw {_bears(row)}, and no warning was sent.",
    )  # fmt: skip


def _bears(row: tables.Sighting) -> str:
    return f"a {row.species}" if row.bears == 1 else f"{row.bears} of {row.species}"


def _of_audits(session: Session, site: tables.Site, now: datetime) -> list[Found]:
    """Bears that the random audit found in time without an alert, said so lately, of which nobody was warned."""
    lately = [
        one for one in looks.audit_bears(session, site.id, since=now - AUDITED, until=now, as_of=now)
        if one.seen_at >= now - LATELY
    ]  # fmt: skip
    known = rows.standing_keys(session, [_key(one) for one in lately])
    found = [one for one in lately if _key(one) not in known]
    if not found:
        return []
    within = matching.window(session)
    held = bears_around.of_site(session, site, since=found[0].since - within, until=found[-1].until + within)
    news = [(one, stage) for one in found if (stage := held.warned_in(one.at)) is not None]
    return [told for one, stage in news if (told := _of_audit(session, one, stage, held, within)) is not None]


def _of_audit(session: Session, one: AuditBear, stage: Stage, held: Site, within: timedelta) -> Found | None:
    near = bears_around.near_moment(session, held, one.at, within)
    if unwarned.of_sighting([told for _, told in near]) is not True:
        return None
    around = bears_around.around(session, held, at=one.at, camera=one.camera, near=near, within=within)
    groups = park.groups_of(session, {one.camera})
    return Found(
        key=_key(one), kind=IncidentKind.AUDITED, at=one.at, stage=stage, camera=one.camera,
        group=groups.get(one.camera), suggested=likely_causes.of_sighting(around),
        says=f"{held.site.name}, camera {one.camera}: the audit found a bear in time without an alert.",
    )  # fmt: skip


def _key(one: AuditBear) -> str:
    return f"look:{one.look}"


def _over(session: Session, site: tables.Site, now: datetime) -> list[tuple[tables.Incident, str]]:
    """Those that stand and are none any more, with why."""
    held = rows.standing(session, site.id, since=now - UNDONE)
    if not held:
        return []
    alerts = rows.alerts(session, site.id, [row.alert_id for row in held if row.alert_id])
    told = bears_around.told_of(session, alerts)
    found = [
        (row, "the alert was answered as no bear") for row in held
        if row.alert_id in told and told[row.alert_id].verdicts[-1][0] is Verdict.NOT_BEAR
    ]  # fmt: skip
    return found + _seen_over(session, site, [row for row in held if row.kind is IncidentKind.SEEN])


def _seen_over(
    session: Session, site: tables.Site, held: Sequence[tables.Incident]
) -> list[tuple[tables.Incident, str]]:  # fmt: skip
    if not held:
        return []
    within = matching.window(session)
    seen = {row.id: session.get_one(tables.Sighting, row.sighting_id) for row in held if row.sighting_id}
    moments = [row.at for row in held]
    place = bears_around.Site(
        site=site, place=noticed.place_of(site), history=history.of(session, site.id, min(moments), max(moments))
    )
    near = bears_around.near(session, place, list(seen.values()), within)
    found = list[tuple[tables.Incident, str]]()
    for row in held:
        told = seen[row.id]
        if told.withdrawn_at is not None:
            found.append((row, "the sighting was withdrawn"))
        elif unwarned.of_sighting([one for _, one in near[told.id]]) is False:
            found.append((row, "people were warned of this bear"))
    return found


def _tell(
    session: Session, row: tables.Incident, action: str, says: str, who: str, now: datetime,
    cause: IncidentCause | None = None,
) -> None:  # fmt: skip
    body = {"incident": row.id, "kind": row.kind.value, "key": row.key}
    if cause is not None:
        body["cause"] = cause.value
    audit.append(session, at=now, who=who, action=action, subject=f"site:{row.site_id}", says=says, body=body)
