"""Overseeing: the park on one page, in words and rows. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from api.schemas.overview import DueOut, HoursOut, OverriddenOut, SiteLineOut
from api.schemas.words import Stage
from dashboard.listing import in_words, local

STAGES = {
    Stage.LIVE: "Live: warnings go out at once",
    Stage.TRIAL: "Trial: warnings go out once a ranger confirms",
    Stage.SHADOW: "Shadow: the model watches, nothing is sent",
    Stage.OFF: "Off: the model does not run",
}
"""From the widest on."""


def by_stage(sites: Sequence[SiteLineOut]) -> Iterator[tuple[Stage, list[SiteLineOut]]]:
    """The stages that some site has, the widest first."""
    for stage in STAGES:
        lines = [site for site in sites if site.stage is stage]
        if lines:
            yield stage, lines


def due(items: Sequence[DueOut]) -> list[list[str]]:
    """What waits for people; what has no day is due now."""
    return [
        [f"{item.by:%a %d %b}" if item.by else "NOW", item.site_name, item.what, in_words(item.says)]
        for item in items
    ]  # fmt: skip


JUST = 0.1
"""Hours in scope: before this much of them a share says nothing."""


def share(hours: HoursOut) -> float | None:
    """The share of the hours in scope that were protected; None: none were in scope."""
    return hours.protected / hours.in_scope if hours.in_scope > 0 else None


def hours(told: HoursOut, weeks: int) -> str:
    """Hours protected of hours in scope, and what took the others.

    >>> hours(HoursOut(in_scope=70, protected=63, lost={"cameras blind": 7}), 4)
    'protected 63 of 70 hours in scope in the last 4 weeks (90%); not protected: cameras blind 7.0 h'
    >>> hours(HoursOut(in_scope=0, protected=0, lost={}), 4)
    'no hours in the scope of a trial or live rule in the last 4 weeks'
    >>> hours(HoursOut(in_scope=0.02, protected=0.02, lost={}), 4)
    'its hours in the scope of a trial or live rule have only just begun'
    """
    part = share(told)
    if part is None:
        return f"no hours in the scope of a trial or live rule in the last {weeks} weeks"
    lost = ", ".join(f"{name} {_hours(count)} h" for name, count in told.lost.items())
    rest = f"; not protected: {lost}" if lost else ""
    if told.in_scope < JUST:
        return "its hours in the scope of a trial or live rule have only just begun"
    return (
        f"protected {_hours(told.protected)} of {_hours(told.in_scope)} hours in scope in the last {weeks} weeks "
        f"({part:.0%}){rest}"
    )


def _hours(count: float) -> str:
    """To a tenth below ten hours, else whole.

    >>> _hours(0.004), _hours(6.25), _hours(671.6)
    ('0.0', '6.2', '672')
    """
    return f"{count:.1f}" if count < 10 else f"{count:.0f}"


def overridden(rules: Sequence[OverriddenOut], zone: str, now: datetime) -> list[list[str]]:
    """What was widened without the checklist, and by whom."""
    return [
        [rule.site_name, local(rule.since, zone, now), f"{rule.until:%a %d %b}" if rule.until else "no last day",
         f"{rule.stage.value}{'' if rule.in_force else ' (ended)'}", rule.reason, " and ".join(rule.people)]
        for rule in rules
    ]  # fmt: skip
