"""Overview: the park on one page: where each site stands, what is due, what was overridden, what was protected."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rollout import alarms, protected_hours, protection, revisions
from rollout.protected_hours import Hours
from rollout.stages import APPROVAL_DAYS
from store import alarms as alarm_rows
from store import incidents as incident_rows
from store import narrowing, park, references, rules, tables
from store.session import Session
from store.vocabulary import RuleState, Stage

WEEKS = 4
"""Overrides and hours are told of this many weeks."""

AHEAD = timedelta(days=14)
"""What ends within this long is due."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something that waits for people. what: in a word or two; by: the last day for it; None: now."""

    site: str
    site_name: str
    what: str
    says: str
    by: date | None = None


@dataclass(frozen=True, kw_only=True)
class Overridden:
    """A rule that widened without the checklist, and until when; None: it has no last day."""

    site: str
    site_name: str
    revision: int
    stage: Stage
    reason: str
    people: tuple[str, ...]
    since: datetime
    until: date | None
    in_force: bool


@dataclass(frozen=True, kw_only=True)
class SiteLine:
    """One site: its rule's stage, what protects it now, and its hours. holds: false where less than that holds."""

    site: str
    name: str
    stage: Stage
    since: datetime | None
    until: date | None
    override: bool
    holds: bool
    protected: bool
    says: str
    hours: Hours


@dataclass(frozen=True, kw_only=True)
class Overview:
    """All of it. The widest sites first; what is due now first."""

    sites: Sequence[SiteLine]
    due: Sequence[Due]
    overridden: Sequence[Overridden]
    weeks: int = WEEKS


def of(session: Session, sites: Sequence[str], now: datetime, *, blind: Collection[str] = ()) -> Overview:
    """Of these sites, or (none) all. blind: sites of which nothing is told that says how much the model sees."""
    mine = [site for site in park.sites(session) if not sites or site.id in sites]
    order = list(Stage)
    standing = sorted(
        (_line(session, site, now) for site in mine), key=lambda one: (-order.index(one.stage), one.site)
    )
    due = [
        item for site in mine for ask in DUES if ask not in OF_THE_MODEL or site.id not in blind
        for item in ask(session, site, now)
    ]  # fmt: skip
    return Overview(
        sites=standing, due=sorted(due, key=lambda item: (item.by or date.min, item.site, item.what)),
        overridden=[item for site in mine for item in _overridden(session, site, now)],
    )  # fmt: skip


def _line(session: Session, site: tables.Site, now: datetime) -> SiteLine:
    rule, safe = rules.in_force(session, site.id), protection.of(session, site, now)
    stage = rule.stage if rule else Stage.OFF
    narrowed = stage is Stage.LIVE and bool(narrowing.open_of(session, site.id))
    return SiteLine(
        site=site.id, name=site.name, stage=stage, since=rule.in_force_at if rule else None,
        until=revisions.last_day(rule) if rule else None, override=bool(rule and rule.override_reason),
        holds=not narrowed and (safe.protected or stage in (Stage.OFF, Stage.SHADOW)) and not safe.stopped,
        protected=safe.protected, says=safe.says,
        hours=protected_hours.of_site(session, site, since=now - timedelta(weeks=WEEKS), until=now),
    )  # fmt: skip


def _watch(session: Session, site: tables.Site, now: datetime) -> Iterator[Due]:
    del now
    for gap in rules.open_gaps(session, site.id):
        if gap.accepted_at is None:
            says = f"NOT protected since {protection.local(gap.since, site)}, nobody has the watch: {gap.cause}"
            yield Due(site=site.id, site_name=site.name, what="manual watch", says=says)


def _stopped(session: Session, site: tables.Site, now: datetime) -> Iterator[Due]:
    del now
    stop = rules.open_stop(session, site.id)
    if stop is not None:
        says = f"stopped since {protection.local(stop.since, site)} by {stop.by}: {stop.reason}; two people lift it"
        yield Due(site=site.id, site_name=site.name, what="stop", says=says)


def _failed(session: Session, site: tables.Site, now: datetime) -> Iterator[Due]:
    del now
    for row in narrowing.open_of(session, site.id):
        way = "ends with its fault" if row.technical else "two people go back" if row.stage is Stage.LIVE else "look"
        says = f"{row.guardrail} failed on {row.period[:10]}: {row.says}; {way}"
        yield Due(site=site.id, site_name=site.name, what="guardrail", says=says)


def _alarmed(session: Session, site: tables.Site, now: datetime) -> Iterator[Due]:
    del now
    for row in alarm_rows.open_of(session, site.id):
        says = f"{alarms.in_words(session, row)}; a supervisor acknowledges it by name, with the cause"
        yield Due(site=site.id, site_name=site.name, what="drift alarm", says=says)


def _incidents(session: Session, site: tables.Site, now: datetime) -> Iterator[Due]:
    del now
    many = incident_rows.open_by_site(session).get(site.id, 0)
    if many:
        bears = "1 bear" if many == 1 else f"{many} bears"
        says = f"nobody was warned of {bears}, and no cause is named yet: page Incidents"
        yield Due(site=site.id, site_name=site.name, what="incident", says=says)


def _references(session: Session, site: tables.Site, now: datetime) -> Iterator[Due]:
    del now
    for row in references.waiting(session, site.id):
        says = f"ratio {row.ratio:.2f} by {rules.name_of(session, row.proposed_by)}: needs a second person"
        by = (row.proposed_at + timedelta(days=APPROVAL_DAYS)).date()
        yield Due(site=site.id, site_name=site.name, what="reference", says=says, by=by)


def _waiting(session: Session, site: tables.Site, now: datetime) -> Iterator[Due]:
    for row in rules.waiting(session):
        if row.site_id != site.id or row.state is RuleState.IN_FORCE:
            continue
        if row.state is RuleState.APPROVED:
            says = f"revision {row.revision} ({row.stage}) is approved and begins on its first day"
            yield Due(site=site.id, site_name=site.name, what="begins", says=says, by=revisions.starts(row))
            continue
        lacks = [item.what for item in revisions.missing(session, row, now)]
        says = f"revision {row.revision} ({row.stage}) by {rules.name_of(session, row.proposed_by)}: needs "
        says += ", ".join(lacks) or "a second person"
        by = (row.proposed_at + timedelta(days=APPROVAL_DAYS)).date()
        yield Due(site=site.id, site_name=site.name, what="approval", says=says, by=by)


def _ending(session: Session, site: tables.Site, now: datetime) -> Iterator[Due]:
    rule = rules.in_force(session, site.id)
    last = revisions.last_day(rule) if rule is not None else None
    if rule is None or last is None or last - revisions.today(site, now) > AHEAD:
        return
    what = "override ends" if rule.override_reason else f"{rule.stage} ends"
    says = f"revision {rule.revision} ({rule.stage}) goes back to shadow by itself after this day"
    yield Due(site=site.id, site_name=site.name, what=what, says=says, by=last)


DUES: Sequence[Callable[[Session, tables.Site, datetime], Iterator[Due]]] = (
    _watch, _stopped, _failed, _alarmed, _incidents, _references, _waiting, _ending,
)  # fmt: skip
"""What may be due at a site."""

OF_THE_MODEL = (_alarmed, _incidents, _references)


def _overridden(session: Session, site: tables.Site, now: datetime) -> Iterator[Overridden]:
    """Rules that were in force by an override within the weeks, the newest first."""
    for row in rules.history(session, site.id):
        recent = row.ended_at is None or row.ended_at >= now - timedelta(weeks=WEEKS)
        if row.override_reason and row.in_force_at is not None and recent:
            yield Overridden(
                site=site.id, site_name=site.name, revision=row.revision, stage=row.stage, reason=row.override_reason,
                people=tuple(person.name for _, person in rules.approvals(session, row.id)),
                since=row.in_force_at, until=revisions.last_day(row), in_force=row.state is RuleState.IN_FORCE,
            )  # fmt: skip
