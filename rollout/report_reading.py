"""Report reading: the facts of a week's report, out of the store and into values."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ingest.mending import MEND, name_of
from model.slices import FAR_SHARE
from rollout import alarms as alarm_duties
from rollout import (
    exits,
    fast_answers,
    incidents,
    matching,
    protected_hours,
    reference,
    report_weeks,
    verdicts,
)
from rollout.episodes import TELL_AFTER
from rollout.iso_weeks import IsoWeek
from rollout.matched_hours import Run
from rollout.protection import MODEL_FAILS
from rollout.report_audit import trust_of
from rollout.report_counts import Met
from rollout.report_facts import Accepted, Facts, Fault, Settings, Shown, Watch
from rollout.report_weeks import SiteWeeks
from rollout.stages import WARNS
from rollout.watching import counts
from store import alarms, history, rules, tables
from store import incidents as incident_rows
from store import report_rows as rows
from store.incidents import Named
from store.report_rows import Answer, Raised
from store.session import Session
from store.vocabulary import CameraFault, Doubt, Stage, Verdict

HOUR = timedelta(hours=1)
MOST_WAITING = 0.05
"""Of a week's pictures so many may be undecided before nothing can be said of the model."""

DOUBTFUL = (CameraFault.CLOCK_OFF, CameraFault.KNOWN_CLIP_MISSED)
"""Faults that a verdict waits for though the camera sees: its times, or the model's eyes, are in doubt."""


def facts(session: Session, site: tables.Site, week: IsoWeek, *, now: datetime) -> tuple[Facts, SiteWeeks]:
    """What is known now of a week, and the counts to keep."""
    settings = settings_of(session)
    told = report_weeks.of_site(session, site, week, as_of=now)
    since = min(told.weeks[0].since if told.weeks else week.begins, week.begins)
    window = told.segment[-settings.window_weeks :]
    first = min([week.begins, *(one.since for one in window[:1])])
    mets = [met for met in told.mets if met.at >= first]
    raised = rows.raised(session, [met.visit for met in mets if met.visit and met.at >= week.begins], as_of=now)
    dones = rows.responses(
        session, alerts=[one.alert for one in raised], sightings=[met.sighting for met in told.mets if met.sighting],
        as_of=now,
    )  # fmt: skip
    seen = rows.seen_between(session, site.id, since=week.begins, until=told.until, as_of=now)
    runs = [_cut(run, told.until) for run in told.exposure.runs if run.since < told.until and _lasts(run, since)]
    answers = [one for one in told.answers if one.raised_at >= first]
    trusted = trust_of(session, site.id, since=first, until=told.until, as_of=now, mets=mets, answers=answers)
    times = [*_times(session, told, seen, since=since, now=now), *trusted.times]
    as_of = now if now < week.ends else max([told.until, *times])
    cameras = [eye.camera for eye in told.exposure.eyes]
    return Facts(
        site=site.id, site_name=site.name, time_zone=site.time_zone, week=week.name, begins=week.begins,
        ends=week.ends, until=told.until, as_of=as_of, settings=settings,
        accepted=accepted_of(session, site, told.until), weeks=told.weeks, segment=told.segment,
        segment_since=told.segment[0].since if told.segment else week.begins,
        changes=[one for one in told.changes if since <= one.at < told.until or one is told.began], runs=runs,
        mets=mets, kinds=_kinds(told, mets),
        shown=_shown(session, mets), answers=answers,
        fast=[one for one in told.fast if one.until >= first],
        warned=[one.raised_at for one in raised if one.stage is not Stage.SHADOW and one.send],
        waits=_waits(raised, told), dones=[(one, _only_watched(runs, one.about)) for one in dones],
        sightings=[row.at for row in seen], watches=_watches(told, seen, week),
        faults=_faults(session, told, cameras),
        by_chance=_by_chance(session, site, first, told.until, now),
        clips=rows.known_clips(session, cameras, since=week.begins, until=told.until),
        protected=protected_hours.of_site(session, site, since=week.begins, until=told.until),
        audit_head=rows.chain_head(session, as_of=as_of), audit=trusted.audit,
        agreement=trusted.agreement, seeded=trusted.seeded, blind=trusted.blind,
        alarms=alarms_of(session, site, told.until), incidents=incidents_of(session, site, week, as_of=now),
    ), told  # fmt: skip


def settings_of(session: Session) -> Settings:
    """What decides at this park."""
    usual, asks = verdicts.Terms(), exits.needs(session)
    return Settings(
        match_minutes=int(matching.window(session) / timedelta(minutes=1)), min_matched_hours=asks.min_matched_hours,
        window_weeks=usual.window_weeks, evidence_weeks=usual.evidence_weeks, min_encounters=usual.min_encounters,
        min_share=usual.min_share,
    )  # fmt: skip


def accepted_of(session: Session, site: tables.Site, at: datetime) -> Accepted:
    """The reference at a moment, and who accepted it."""
    held = reference.held(session, site.id, at)
    return Accepted(reference=held.reference, accepted_at=held.accepted_at, by=held.by)


def alarms_of(session: Session, site: tables.Site, at: datetime) -> Sequence[dict[str, Any]]:
    """Alarms as they stood at a moment, the newest first."""
    return [_alarm(session, row, at) for row in alarms.of_sites(session, [site.id]) if row.opened_at <= at]


def _alarm(session: Session, row: tables.DriftAlarm, at: datetime) -> dict[str, Any]:
    known = row.acknowledged_at is not None and row.acknowledged_at <= at
    return {
        "since_week": row.since_week, "verdict": row.verdict,
        "acknowledged_by": rules.name_of(session, row.acknowledged_by) if known else None,
        "at": row.acknowledged_at if known else None, "cause": row.cause if known else None,
        "note": row.note if known else None,
        "escalated": row.escalations > 0 and alarm_duties.first_due(session, row) <= at,
    }  # fmt: skip


def incidents_of(
    session: Session, site: tables.Site, week: IsoWeek, *, as_of: datetime
) -> Sequence[dict[str, Any]]:  # fmt: skip
    """Bears of the week that nobody was warned of, with the causes that held at a moment."""
    found = incidents.of_week(session, site, since=week.begins, until=week.ends, as_of=as_of)
    return [_incident(row, named) for row, named in found]


def _incident(row: tables.Incident, named: Named | None) -> dict[str, Any]:
    return {
        "incident": row.id, "kind": row.kind, "at": row.at, "stage": row.stage, "says": row.says,
        "camera": row.camera_id, "sighting": row.sighting_id, "alert": row.alert_id, "suggested": row.suggested,
        "facts": row.facts, "cause": named.row.cause if named else None,
        "cause_says": incidents.words(named.row.cause) if named else None, "note": named.row.note if named else None,
        "named_by": named.by if named else None, "named_at": named.row.at if named else None,
    }  # fmt: skip


def _cut(run: Run, until: datetime) -> Run:
    """As it was known at the end of the week: what ended later lasted then."""
    return replace(run, until=run.until if run.until and run.until < until else None)


def _lasts(run: Run, since: datetime) -> bool:
    return run.until is None or run.until > since


def _only_watched(runs: Sequence[Run], at: datetime) -> bool:
    return not any(run.stage in WARNS and run.since <= at and (run.until is None or at < run.until) for run in runs)


def _kinds(told: SiteWeeks, mets: Sequence[Met]) -> list[report_weeks.Kind]:
    own = {(met.visit, met.sighting) for met in mets}
    return [kind for kind in told.kinds if kind[:2] in own]


def _shown(session: Session, mets: Sequence[Met]) -> dict[int, Shown]:
    looked = rows.looked(session, [met.visit for met in mets if met.visit])
    return {
        visit: Shown(usual=one.usual, infrared=one.night, near=_near(one.boxes)) for visit, one in looked.items()
    }  # fmt: skip


def _near(boxes: Sequence[dict[str, Any]]) -> bool | None:
    """Whether the surest box is that of an animal near the camera."""
    best = max(boxes, key=lambda box: float(box.get("p", 0.0)), default=None)
    return None if best is None else max(float(best["w"]), float(best["h"])) >= FAR_SHARE


def _waits(raised: Sequence[Raised], told: SiteWeeks) -> list[float | None]:
    """Minutes until bear or not a bear was said of each alert that people were asked about; answers in bursts are
    none.
    """
    rushed = fast_answers.numbers(told.fast)
    said: dict[int, Answer] = {}
    for one in told.answers:
        if one.number not in rushed and one.verdict is not Verdict.UNSURE:
            said.setdefault(one.alert, one)
    asked = [one for one in raised if one.stage is not Stage.SHADOW and one.send]
    return [
        (answer.at - one.raised_at) / timedelta(minutes=1) if (answer := said.get(one.alert)) else None
        for one in asked
    ]  # fmt: skip


def _watches(told: SiteWeeks, seen: Sequence[tables.Sighting], week: IsoWeek) -> list[Watch]:
    many = Counter(row.session_id for row in seen)
    return [
        Watch(
            number=row.id, observer=row.observer, mode=row.mode, place=row.place, since=row.started_at,
            until=row.ended_at if row.ended_at and row.ended_at <= told.as_of else None,
            counts=counts(row) and row.ended_at is not None and row.ended_at <= told.as_of,
            doubts=tuple(doubt for doubt in Doubt if doubt.value in row.flags), sightings=many[row.id],
            patrol=row.alert_id is not None,
        )
        for row in told.sessions
        if row.started_at < told.until and (row.ended_at is None or row.ended_at > week.begins)
    ]  # fmt: skip


def _faults(session: Session, told: SiteWeeks, cameras: Sequence[str]) -> list[Fault]:
    week, until = told.week, told.until
    found = [
        _episode(row, week, until)
        for row in rows.episodes(session, told.site.id, since=week.begins, until=until, as_of=told.as_of)
    ]
    for gap in history.of(session, told.site.id, week.begins, until).gaps:
        if gap.cause.startswith(MODEL_FAILS) and gap.since < until:
            found.append(_spell(
                None, "model", "cannot open the model", gap.since, gap.ended_at, week, until, open_=True,
                mend="put the bundle back, or go back to the version before",
            ))  # fmt: skip
    came, waiting = rows.waiting(
        session, cameras, since=week.begins, until=min(until, told.as_of - HOUR), as_of=told.as_of
    )  # fmt: skip
    if waiting:
        found.append(Fault(
            camera=None, kind="queue", says=f"has not decided on {waiting} of the week's {came} pictures",
            since=week.begins, until=None, hours=None, open=waiting > MOST_WAITING * came,
            mend="look whether `bearwatch work` runs",
        ))  # fmt: skip
    own = told.counted(week.name)
    off = (until - max(week.begins, _begun(told))) / HOUR - (own.ran if own else 0.0)
    if off > 0.01:
        found.append(Fault(
            camera=None, kind="off", says=f"had the model off for {off:.1f} hours", since=week.begins, until=until,
            hours=off,
        ))  # fmt: skip
    return found


def _begun(told: SiteWeeks) -> datetime:
    return min((run.since for run in told.exposure.runs), default=told.until)


def _episode(row: tables.Episode, week: IsoWeek, until: datetime) -> Fault:
    lasted = until - row.noticed_at >= TELL_AFTER.get(row.kind, timedelta(0))
    return _spell(
        row.camera_id, row.kind.value, f"is {name_of(row.kind)}", row.began_at, row.ended_at, week, until,
        open_=(row.blind or row.kind in DOUBTFUL) and lasted, mend=MEND.get(row.kind, ""), blind=row.blind,
    )  # fmt: skip


def _spell(
    camera: str | None, kind: str, says: str, since: datetime, ended: datetime | None, week: IsoWeek,
    until: datetime, *, open_: bool, mend: str, blind: bool = True,
) -> Fault:  # fmt: skip
    """What lasted into the week; what ended after it was open at its end."""
    lasts = ended is None or ended > until
    hours = (min(ended or until, until) - max(since, week.begins)) / HOUR
    return Fault(
        camera=camera, kind=kind, says=says, since=since, until=None if lasts else ended,
        hours=hours if blind else None, open=open_ and lasts, mend=mend,
    )  # fmt: skip


def _by_chance(
    session: Session, site: tables.Site, since: datetime, until: datetime, now: datetime
) -> tuple[int, int]:
    told = matching.chance_of(session, site, since=since, until=until, as_of=now)
    return told.matched, told.of


def _times(
    session: Session, told: SiteWeeks, seen: Iterable[tables.Sighting], *, since: datetime, now: datetime
) -> list[datetime]:
    """When the rows of the weeks came in: the report is of the latest of these moments, whenever it is made."""
    visits = [met.visit for met in told.mets if met.visit]
    found = [
        *(one.at for one in told.answers),
        *(one.raised_at for one in told.answers),
        *rows.came_in(session, told.site.id, visits=visits, since=since, until=told.until, as_of=now),
        *(row.received_at for row in told.sessions),
        *(row.ended_at for row in told.sessions if row.ended_at is not None),
        *(one.desk.done_at for one in told.looked if one.desk.done_at is not None),
        *(one.within.ended_at for one in told.looked if one.within.ended_at is not None),
        *(row.received_at for row in seen),
        *incident_rows.changed_at(
            session, told.site.id, since=told.week.begins, until=told.week.ends, as_of=now
        ),
    ]  # fmt: skip
    return [at for at in found if at <= now]
