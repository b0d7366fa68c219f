"""Way back: which version going back would put in force, and what of the rule in force it was approved for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rollout import asked, revisions, stages
from rollout.stages import OVERRIDE_DAYS, WARNS
from rollout.terms import WEEKDAYS, Terms, read
from store import narrowing, park, rules, tables
from store.session import Session
from store.vocabulary import Audience, Stage


@dataclass(frozen=True, kw_only=True)
class Way:
    """What going back would put in force. left_out: what of the rule in force the version was never approved for."""

    target: tables.Rule
    present: tables.Rule
    wanted: Terms
    left_out: str | None


def back_to(session: Session, site_id: str) -> tables.Rule | None:
    """The revision whose version going back would put in force; the one in force itself where that has a canary.

    A version whose guardrail failed is none, nor is one that was gone back from.
    """
    present = rules.in_force(session, site_id)
    if present is None or rules.canary_of(present) is not None:
        return present
    failed: set[str] = set()
    for row in _before(session, present):
        if narrowing.failed(session, row.id):
            failed.add(row.model_sha256)
        if row.in_force_at is None or row.model_sha256 in {present.model_sha256, *failed}:
            continue
        if session.get_one(tables.ModelVersion, row.model_sha256).retired_at is not None:
            return None
        quieter = present.stage in WARNS and row.stage not in WARNS
        return None if quieter else row
    return None


def _before(session: Session, row: tables.Rule) -> Iterator[tables.Rule]:
    """The revisions before one, the newest first, past what was gone back from."""
    while (earlier := row.evidence.get("back_to") or row.replaces_id) is not None:
        row = session.get_one(tables.Rule, earlier)
        yield row


def of(session: Session, site_id: str, now: datetime, *, alone: bool) -> Way | None:
    """How to go back; None where nothing would be held. alone: nobody asked, so it must leave out nothing."""
    target, present = back_to(session, site_id), rules.in_force(session, site_id)
    if target is None or present is None:
        return None
    said, today = read(present.body), revisions.today(session.get_one(tables.Site, site_id), now)
    if alone and said.last_day is not None and said.last_day < today:
        return None
    wanted, left_out = replace(said, model=target.model_sha256, canary=None), None
    if target.id != present.id:
        wanted = replace(wanted, threshold=read(target.body).threshold)
    if target.id != present.id and said.stage in WARNS:
        held = _held(session, wanted, target, present)
        if held is None:
            return None
        wanted, left_out = held
        if wanted.stage is Stage.TRIAL and wanted.last_day is None:
            wanted = replace(wanted, last_day=today + timedelta(days=OVERRIDE_DAYS))
    return None if alone and left_out else Way(target=target, present=present, wanted=wanted, left_out=left_out)


def _held(
    session: Session, wanted: Terms, target: tables.Rule, present: tables.Rule
) -> tuple[Terms, str | None] | None:
    """What of the rule in force its version was approved for, and in words what it was not; None: nothing of it."""
    old, now = asked.of_row(session, target), asked.of_row(session, present)
    here = set(asked.cameras(session, wanted)) & set(now.cameras)
    cameras, times = here & set(old.cameras), _times(wanted, old.terms)
    if not cameras or times is None:
        return None
    parts = [f"camera {camera}" for camera in sorted(here - cameras)]
    if stages.more_hours(wanted, times):
        parts.append(f"any time but {_says(times)}")
    lower, narrower = WARNS[old.terms.stage] < WARNS[times.stage], old.terms.audience is not Audience.CAMPERS
    held = replace(
        times, stage=old.terms.stage if lower else times.stage,
        audience=Audience.RANGERS if narrower else times.audience,
        cameras=tuple(sorted(cameras)) if cameras != here else times.cameras,
    )  # fmt: skip
    lost = [f"{old.version.name} was never approved for {', '.join(parts)}"] if parts else []
    if held.stage is Stage.TRIAL and now.terms.stage is Stage.LIVE:
        duties = [duty.hours for duty in park.duties(session, now.site.id)]
        if minutes := stages.uncovered_minutes(held, duties):
            lost.append(f"in trial somebody on duty is asked first, and {minutes} minutes a week have nobody on duty")
    return held, "; ".join(lost) or None


def _times(said: Terms, old: Terms) -> Terms | None:
    """The rule with the widest days and hours that both hold; None where none of them lies within both."""
    days = tuple(day for day in WEEKDAYS if day in (said.weekdays or WEEKDAYS) and day in (old.weekdays or WEEKDAYS))
    tried = [(said.weekdays, said), (old.weekdays, old), *((days, one) for one in (said, old) if days)]
    for weekdays, of in tried:
        found = replace(said, weekdays=weekdays, hours=of.hours, sun=of.sun)
        if not stages.more_hours(found, said) and not stages.more_hours(found, old):
            return found
    return None


def _says(times: Terms) -> str:
    return " ".join(filter(None, (", ".join(times.weekdays), ", ".join(times.hours), times.sun))) or "always"
