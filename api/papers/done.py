"""Behind the first page: what people did, what was protected, and who answers for what. Pure."""

from collections.abc import Mapping
from typing import Any

from api.papers import ways
from api.papers.body import Body
from api.papers.numbers import at, figure, hours, listed, minutes, number, pieces, sentence, share, words
from api.papers.verdicts import SHORT
from api.schemas.papers import SectionOut, TableOut


def reviews(body: Body) -> SectionOut:
    """How fast people answered, and whose answers stand apart."""
    told = body.reviews
    asked = number(told.get("asked")) or number(told.get("unanswered"))
    if number(told.get("median_minutes")) is None:
        took = f"{'Nobody answered' if asked else 'Nobody was asked'}, so there is no time to an answer."
    else:
        half, most = minutes(told["median_minutes"]), minutes(told.get("p90"))
        took = f"Half were answered within {half}, nine of ten within {most}."
    lines = [
        took,
        f"Without a clear answer: {figure(told.get('unanswered'), '0')}. "
        f"Answered in under 2 seconds: {figure(told.get('faster_than_2s'), '0')}.",
    ]
    apart = [sentence(f"{one.get('person')}: {one.get('says')}") for one in told.get("set_apart") or []]
    lines += [f"Set apart, not counted: {one}" for one in apart]
    return SectionOut(title="Answers to alerts", lines=[*lines, _known(body.tests)])


def _known(told: Mapping[str, Any]) -> str:
    """Known clips sent through the cameras' own path."""
    if not number(told.get("known_clips")):
        return "No known clip was sent through a camera's path."
    missed = number(told.get("missed"))
    say = "none missed" if not missed else f"{figure(missed)} MISSED"
    return f"Known clips sent through the cameras' paths: {figure(told['known_clips'])}, {say}."


def responses(body: Body) -> SectionOut:
    """What people did after alerts and after sightings."""
    told = body.responses
    median = told.get("median_minutes")
    lines = [
        f"After alerts: {listed(told.get('after_alerts') or {}, 'nothing noted')}.",
        f"After what people saw: {listed(told.get('after_sightings') or {}, 'nothing noted')}.",
    ]
    if isinstance(median, dict):
        took = {name: value for name, value in median.items() if number(value) is not None}
        lines += [f"{words(name).capitalize()}: half within {minutes(value)}." for name, value in took.items()]
    before = told.get("manual_time")
    if isinstance(before, dict):
        slow = before.get("median_minutes")
        when = f", half within {minutes(slow)}" if number(slow) is not None else ""
        counts = {name: count for name, count in before.items() if name != "median_minutes"}
        lines.append(f"In the manual time before: {listed(counts, 'nothing noted')}{when}.")
    return SectionOut(title="What people did", lines=lines)


FADES = ["Manual watch", "Weeks", "Blind hours", "Sightings in matched hours", "Patrols a week"]


def feedback(body: Body) -> SectionOut:
    """Whether the model changes what it is measured against."""
    told = body.feedback
    patrols = told.get("patrols_a_week") or {}
    rows = [
        [name, *_watched(part), figure(patrols.get(key), "not known")]
        for name, key, part in (
            ("Before the model warned", "before", told.get("before")), ("Since", "after", told.get("after")),
        )
        if isinstance(part, dict)
    ]  # fmt: skip
    lines = [sentence(str(one)) for one in told.get("says") or []]
    if number(told.get("ratio")) is not None:
        lines.append(f"Sightings an hour, since to before: {figure(told['ratio'])}.")
    for key, says in (
        ("bears_after_warnings", "Bears that people saw within 12 hours after an alert was told"),
        ("patrols", "Patrols after alerts and sightings this week"),
    ):
        if number(told.get(key)) is not None:
            lines.append(f"{says}: {figure(told[key])}.")
    tables = [TableOut(head=FADES, rows=rows)] if rows else []
    return SectionOut(
        title="Does the model change the watch?", lines=lines or ["Nothing to compare yet."], tables=tables
    )


def _watched(part: Mapping[str, Any]) -> list[str]:
    """Weeks, hours and sightings; without a week nothing is known, which is not the same as none."""
    if not number(part.get("weeks", 1)):
        return ["0", "not known", "not known"]
    return [figure(part.get("weeks"), "not told"), hours(part.get("hours")), figure(part.get("sightings"), "0")]


def answers(body: Body) -> SectionOut:
    """What people answered when they proposed the rule, to look at again."""
    lines = [
        f"{sentence(str(one.get('question') or '').replace('_', ' ').rstrip('?') + '?')} "
        f"{sentence(str(one.get('answer') or 'no answer'))} (rule {one.get('rule')}, revision {one.get('revision')})"
        for one in body.answers
    ]
    return SectionOut(
        title="What if it works really well? Look at the answers again", lines=lines or ["No answer is on record."]
    )


def protected(body: Body) -> SectionOut:
    """Hours protected of hours in scope."""
    told = body.hours_protected
    scope = number(told.get("in_scope"))
    if not scope:
        return SectionOut(title="Hours protected", lines=["No rule in trial or live was in scope this week."])
    part = share((number(told.get("protected")) or 0) / scope)
    lines = [f"{hours(told.get('protected'))} of {hours(scope)} in scope were protected ({part})."]
    lost = told.get("lost") or {}
    rows = [
        [words(cause), hours(value)] for cause, value in sorted(lost.items(), key=lambda row: -(number(row[1]) or 0))
    ]
    return SectionOut(title="Hours protected", lines=lines,
                      tables=_table(["Lost to", "Hours"], rows))  # fmt: skip


def incidents(body: Body) -> SectionOut:
    """Bears that nobody was warned of."""
    rows = [
        [
            at(one.get("at"), body.time_zone),
            sentence(str(one.get("says") or "")),
            _named(one),
        ]
        for one in body.incidents
    ]
    links = [
        [ways.day(body.site, one.get("at"), body.time_zone), ways.alert(one.get("alert")), ""]
        for one in body.incidents
    ]
    lines = [] if rows else [_no_incident(body)]
    return SectionOut(title="Bears that nobody was warned of", lines=lines,
                      tables=_table(["When", "What", "Cause"], rows, links))  # fmt: skip


def _named(one: Mapping[str, Any]) -> str:
    if not one.get("cause"):
        return "not named yet"
    by = f" ({one['named_by']})" if one.get("named_by") else ""
    note = f": {one['note']}" if one.get("note") else ""
    return f"{one.get('cause_says') or words(one['cause'])}{note}{by}"


def _no_incident(body: Body) -> str:
    """Silence is not safety: where nobody was to be warned, that is what is said."""
    if number(body.hours_protected.get("in_scope")):
        return "No such bear is known this week."
    return (
        "No rule in trial or live was in scope, so nobody was to be warned and nothing counts as one; what people "
        "saw stands among the encounters."
    )


def alarms(body: Body) -> SectionOut:
    """Alarms with who took them."""
    rows = [
        [str(one.get("since_week")), SHORT.get(str(one.get("verdict")), words(one.get("verdict"))),
         _taken(one, body.time_zone), words(one.get("cause") or "not named yet")]
        for one in body.alarms
    ]  # fmt: skip
    return SectionOut(title="Alarms", lines=[] if rows else ["No alarm is on record."],
                      tables=_table(["Since", "Alarm", "Acknowledged", "Cause"], rows))  # fmt: skip


def _taken(one: Mapping[str, Any], zone: str) -> str:
    if one.get("acknowledged_by"):
        return f"{one['acknowledged_by']}, {at(one.get('at'), zone)}"
    return "NOBODY YET" + (", escalated" if one.get("escalated") else "")


def segment(body: Body) -> SectionOut:
    """Versions, and what changed so that the weeks are counted anew."""
    rows = [
        [str(one.get("name")), figure(one.get("threshold"), "its own"),
         at(one.get("since"), body.time_zone, "the beginning"), at(one.get("until"), body.time_zone, "in use"),
         str(one.get("sha256") or "")[:12]]
        for one in body.versions
    ]  # fmt: skip
    lines = [f"The weeks are counted since {_since(body)}."] if body.segment.since else []
    lines += [
        sentence(f"{at(one.get('at'), body.time_zone)}, {one.get('what')}: {one.get('says')}")
        for one in body.segment.changes
    ]
    head = ["Version", "Threshold", "Since", "Until", "sha256"]
    tables = [TableOut(head=head, rows=rows)] if rows else []
    return SectionOut(title="Model versions and changes", lines=lines or ["Nothing changed."], tables=tables)


def _since(body: Body) -> str:
    since = body.segment.since or ""
    return at(since, body.time_zone) if "T" in since else since


def _table(head: list[str], rows: list[list[str]], links: list[list[str]] | None = None) -> list[TableOut]:
    return [TableOut(head=head, rows=rows, links=links or [])] if rows else []


def due(body: Body) -> list[str]:
    """How many alarms, and how many bears that nobody was warned of, wait for a name."""
    alarms = sum(1 for one in body.alarms if not one.get("acknowledged_by"))
    bears = sum(1 for one in body.incidents if not one.get("cause"))
    told = (
        pieces(alarms, "alarm waits", "alarms wait") if alarms else "",
        pieces(bears, "bear that nobody was warned of waits", "bears that nobody was warned of wait")
        if bears
        else "",
    )
    return [f"{one} for somebody to name the cause." for one in told if one]
