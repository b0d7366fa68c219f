"""Exit reading: the facts of the exit checklist, out of the store and into values."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import inf

from rollout import alarms, asked, exit_weeks, fast_answers, reference, renewals, scope_hours
from rollout.asked import Asked
from rollout.exit_facts import Answers, Beside, Drifted, Facts
from rollout.exit_weeks import ExitWeeks
from rollout.gates import Needs
from rollout.renewals import Run
from rollout.scope_hours import DAY, NIGHT, Watch
from rollout.spans import Span
from rollout.verdicts import Drift
from rollout.would_have import Forecast
from store import alarms as alarm_rows
from store import answers, episodes, frames, recordings, references, reports, rules, tables
from store.answers import Answered
from store.session import Session
from store.vocabulary import Stage, Verdict


def facts(
    session: Session, wanted: Asked, asks: Needs, *, forecast: Forecast | None, now: datetime, known: datetime
) -> Facts:  # fmt: skip
    """What is stored. known: answers first given after this do not count, later corrections do."""
    window, place = Span(since=now - timedelta(days=asks.window_days), until=now), wanted.place
    works, watches = _works(session, wanted, now), [watch(session, name, window, wanted) for name in wanted.cameras]
    day = now.astimezone(place.zone).date()
    hours = scope_hours.by_day(wanted.terms, watches, place, window=window, works=works)
    watched = _watched(session, wanted, now)
    return Facts(
        today=day, shadow_days=_days(works, watches), hours={name: days for name, days in hours.items() if days},
        faults=_faults(session, wanted, window), alerts_a_day=forecast.alerts_a_day if forecast else None,
        worst_day=forecast.worst_day if forecast else 0,
        would_have=_would_have(session, wanted, replace(window, until=known)),
        tried=tried(session, wanted, known=known), watched=watched.by_light(bears=True) if watched else {},
        watched_since=watched.since.astimezone(place.zone).date() if watched else None,
        beside=watched.beside([name for name, days in hours.items() if days]) if watched else {},
        pooled=pooled(session, wanted, asks, now=now),
        drift=drifted(session, wanted, now=now), reference=reference.of(session, wanted.site.id, now),
    )  # fmt: skip


def tried(session: Session, wanted: Asked, *, known: datetime) -> Answers:
    """What people answered in the trial and its identical renewals, as far as the rule in question reaches."""
    found = chain(session, wanted)
    if not found:
        return Answers()
    since = found[-1].since
    rows = answers.of_rules(session, [run.rule for run in found], shadow=False, since=since, until=known,
                            but=rushed(session, wanted.site.id, since))  # fmt: skip
    return answered(_inside(rows, wanted), since.astimezone(wanted.place.zone).date())


def chain(session: Session, wanted: Asked) -> tuple[Run, ...]:
    """The trial in question with its identical renewals, the newest first; empty where it never warned anybody."""
    return renewals.chain(runs(session, wanted.site.id), model=wanted.version.sha256, threshold=wanted.threshold)


def _watched(session: Session, wanted: Asked, now: datetime) -> ExitWeeks | None:
    """What a blind watch saw beside the model; asked for a step to live alone, since it reads many weeks."""
    if wanted.terms.stage is not Stage.LIVE:
        return None
    return exit_weeks.of(session, wanted, chain(session, wanted), until=now, as_of=now)


def pooled(session: Session, wanted: Asked, asks: Needs, *, now: datetime) -> dict[str, dict[str, Beside]]:
    """What a blind watch saw at the sites that it is pooled with, under the same version at the same threshold."""
    found: dict[str, dict[str, Beside]] = {}
    if wanted.terms.stage is not Stage.LIVE:
        return found
    for site in asks.like(wanted.site.id):
        row = rules.in_force(session, site)
        like = asked.of_row(session, row) if row is not None and row.stage is not Stage.OFF else None
        if like is None or (like.version.sha256, like.threshold) != (wanted.version.sha256, wanted.threshold):
            continue
        weeks = exit_weeks.of(session, like, chain(session, like), until=now, as_of=now)
        for light, places in weeks.beside((DAY, NIGHT)).items():
            told = exit_weeks.better(places)
            if any(week.matched_hours > 0 for week in told.weeks):
                found.setdefault(light, {})[site] = told
    return found


def drifted(session: Session, wanted: Asked, *, now: datetime) -> Drifted:
    """What the drift reports of the site say, and which alarms nobody has acknowledged."""
    last, rows_ = reports.last(session, wanted.site.id, now), alarm_rows.open_of(session, wanted.site.id)
    up = [row for row in rows_ if row.verdict == Drift.ALARM_UP]
    held = references.in_force(session, wanted.site.id, now)
    return Drifted(
        week=last.week if last else None,
        fault=last.body["reason"] if last and last.verdict == Drift.DATA_FAULT else None,
        down=tuple(alarms.in_words(session, row) for row in rows_ if row not in up),
        up=tuple(alarms.in_words(session, row) for row in up),
        accepted=bool(up and held and held.accepted_at and all(row.opened_at <= held.accepted_at for row in up)),
    )  # fmt: skip


def answered(rows: Sequence[Answered], since: date) -> Answers:
    """Sum alerts up by visit: its last verdict, and the first minute in which it had one."""
    visits: dict[int, list[Answered]] = {}
    for row in rows:
        visits.setdefault(row.visit, []).append(row)
    last = [next((row.verdict for row in reversed(one) if row.verdict), None) for one in visits.values()]
    return Answers(
        since=since, raised=len(visits), reviewed=sum(verdict is not None for verdict in last),
        bears=last.count(Verdict.BEAR), others=last.count(Verdict.NOT_BEAR), unsure=last.count(Verdict.UNSURE),
        minutes=tuple(_minutes(one) for one in visits.values() if not _waits(one)),
        unseen=tuple(one[0].alert for one in visits.values() if all(row.verdict is None for row in one)),
        apart=sum(row.apart for row in rows),
    )  # fmt: skip


def rushed(session: Session, site: str, since: datetime) -> frozenset[int]:
    """Answers since a moment that came too fast to be looked at: nobody goes further on them."""
    return fast_answers.numbers(fast_answers.bursts(answers.given(session, site, since=since)))


def runs(session: Session, site: str) -> list[Run]:
    """The revisions of a site that were in force, the newest first."""
    found: list[Run] = []
    versions: dict[str, tables.ModelVersion] = {}
    for row in rules.history(session, site):
        if row.in_force_at is None:
            continue
        version = versions.setdefault(row.model_sha256, session.get_one(tables.ModelVersion, row.model_sha256))
        own = row.body.get("threshold")
        found.append(Run(
            rule=row.id, stage=row.stage, model=row.model_sha256, threshold=version.threshold if own is None else own,
            cameras=rules.cameras_of(row) or (), body=row.body, since=row.in_force_at,
        ))  # fmt: skip
    return found


def _waits(visit: Sequence[Answered]) -> bool:
    return all(row.said_at is None for row in visit) and any(row.open for row in visit)


def _minutes(visit: Sequence[Answered]) -> float:
    said = [row.said_at for row in visit if row.said_at]
    return (min(said) - visit[0].raised_at).total_seconds() / 60 if said else inf


def _would_have(session: Session, wanted: Asked, window: Span) -> Answers:
    """Answers on shadow alerts that this rule would have raised too."""
    own = [run.rule for run in runs(session, wanted.site.id) if run.model == wanted.version.sha256]
    rows = answers.of_rules(session, own, shadow=True, since=window.since, until=window.until,
                            but=rushed(session, wanted.site.id, window.since))  # fmt: skip
    mine = [row for row in _inside(rows, wanted) if row.p_bear >= wanted.threshold]
    return answered(mine, window.since.astimezone(wanted.place.zone).date())


def _inside(rows: Sequence[Answered], wanted: Asked) -> list[Answered]:
    """Those of its cameras, in its days and hours."""
    return [
        row for row in rows
        if row.camera in wanted.cameras and scope_hours.holds(wanted.terms, wanted.place, row.taken_at)
    ]  # fmt: skip


def _works(session: Session, wanted: Asked, now: datetime) -> list[Span]:
    """When the version scored the site's frames: what it sent then does not matter."""
    return [
        Span(since=row.in_force_at, until=row.ended_at or now)
        for row in rules.history(session, wanted.site.id)
        if row.in_force_at and row.model_sha256 == wanted.version.sha256 and row.stage is not Stage.OFF
    ]


def _days(works: Sequence[Span], watches: Sequence[Watch]) -> int:
    """Whole days in which the version had pictures to score."""
    begun = min((watch.begins for watch in watches if watch.begins), default=None)
    if begun is None:
        return 0
    return sum((max(timedelta(), span.until - max(span.since, begun)) for span in works), timedelta()).days


def watch(session: Session, camera: str, window: Span, wanted: Asked) -> Watch:
    shed: dict[date, float] = {}
    for row in recordings.shed_between(session, camera, window.since, window.until):
        day = row.minute.astimezone(wanted.place.zone).date()
        shed[day] = shed.get(day, 0.0) + row.seconds
    blind = episodes.not_exposure(session, camera, since=window.since, until=window.until)
    return Watch(
        camera=camera, begins=frames.first_live_at(session, camera),
        blind=[Span(since=one.since, until=one.until) for one in blind], shed=shed,
    )  # fmt: skip


def _faults(session: Session, wanted: Asked, window: Span) -> tuple[str, ...]:
    found = episodes.between(session, since=window.since, sites=[wanted.site.id], only_open=True)
    return tuple(
        f"{row.camera_id or 'the installation'} {row.kind.value.replace('_', ' ')}"
        for row in found if row.camera_id is None or row.camera_id in wanted.cameras
    )  # fmt: skip
