"""Behind the first page: what was found and what was missed, with its uncertainty. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.papers import ways
from api.papers.body import Body
from api.papers.numbers import (
    CANNOT,
    NONE,
    at,
    e_value,
    figure,
    interval,
    listed,
    number,
    pieces,
    sentence,
    share,
    words,
)
from api.schemas.papers import SectionOut, TableOut

E_VALUES = (
    ("H0_theta_ge_2", "not doubled: the ratio is below twice the reference"),
    ("H0_theta_le_half", "not halved: the ratio is above half the reference"),
    ("H0_theta_le_1", "the ratio is above the reference"),
    ("H0_theta_ge_1", "the ratio is below the reference"),
    ("start_up", "it rose in some week (this one alarms)"),
    ("start_down", "it fell in some week (this one alarms)"),
)
PLACES = {"field": "in the field", "desk": "at the desk"}


def recall(body: Body) -> SectionOut:
    """Recall of the model and of the manual watch by double observer."""
    told = body.recall
    head = ["Who", "Found", "Share", "Interval (Wilson 95%, display)"]
    sides = (("The model, of what people saw", "model"), ("People, of what the model called", "manual"))
    rows = [[name, *_found(told.get(side) or {})] for name, side in sides]
    total = number(told.get("total"))
    if total is None:
        none = "how many bears came in all cannot be estimated: too few were met by both (7 are needed)"
        lines = [sentence(str(told.get("says") or none))]
    else:
        within = interval(told.get("total_interval"), say=lambda value: f"{value:.0f}")
        lines = [f"Bears that came, seen by anybody or not: about {total:.0f} ({within})."]
    if number(told.get("matched_by_chance")) is not None:
        chance = share(told["matched_by_chance"])
        lines.append(f"Matched by chance alone: {chance} (one side shifted by 24 hours).")
    if told.get("dependence"):
        lines.append("Both shares are too high where both find the easy bears; the next table says by how much.")
    links = [["", ways.BELOW, "", ""] for _ in rows]
    tables = [
        TableOut(head=head, rows=rows, links=links),
        *_dependence(told.get("dependence") or []),
        *_by_place(told),
    ]
    return SectionOut(title="Recall: what each side found", lines=lines, tables=tables)


def _found(side: Mapping[str, Any]) -> list[str]:
    of = number(side.get("of"))
    if not of:
        return ["none to find", NONE, CANNOT]
    return [f"{figure(side.get('found'), '0')} of {figure(of)}", share(side.get("share")),
            interval(side.get("interval"), say=share)]  # fmt: skip


def _dependence(rows: Sequence[Mapping[str, Any]]) -> list[TableOut]:
    kinds = {1: "independent", 2: "hidden bears are missed by both twice as often", 4: "four times as often"}
    told = [
        [f"{figure(row.get('phi'))}: {kinds.get(int(number(row.get('phi')) or 0), 'as often as that')}",
         figure(row.get("total")), share(row.get("model")), share(row.get("manual"))]
        for row in rows
    ]  # fmt: skip
    head = ["If the sides depend by", "Bears in all", "Model", "People"]
    return [TableOut(head=head, rows=told, note="The gate reads the row of 2.")] if told else []


def _by_place(told: Mapping[str, Any]) -> list[TableOut]:
    places = told.get("by_place") or {}
    rows = [
        [PLACES.get(place, place), *(figure(part.get(kind), "0") for kind in ("both", "model_only", "manual_only"))]
        for place, part in sorted(places.items())
        if isinstance(part, dict)
    ]
    links = [["", ways.BELOW, ways.BELOW, ways.BELOW] for _ in rows]
    return [TableOut(head=["Watched", "Both", "Only model", "Only people"], rows=rows, links=links)] if rows else []


def precision(body: Body) -> SectionOut:
    """How many alerts were bears, with unsure both ways."""
    told = body.precision
    answered = f"{pieces(told.get('bears'), 'bear')}, {figure(told.get('not_bears'), '0')} not, "
    answered += f"{figure(told.get('unsure'), '0')} unsure"
    none = number(told.get("share")) is None
    rows = [
        ["Share that were bears", share(told.get("share"))],
        ["Wilson 95% (display)", CANNOT if none else interval(told.get("wilson"), say=share)],
        ["Exact 95% (what decides)", CANNOT if none else interval(told.get("exact"), say=share)],
        ["With unsure as no, and as yes", interval(told.get("unsure_as"), say=share)],
    ]
    return SectionOut(title="Precision: how many alerts were bears", lines=[f"People answered: {answered}."],
                      tables=[TableOut(head=["", ""], rows=rows)])  # fmt: skip


STRATA = {"nothing": "nothing was scored", "low": "scored low", "near": "scored near the threshold"}


def audit(body: Body) -> SectionOut:
    """What was found where the model said nothing."""
    told = body.audit
    lines = [sentence(told["says"])] if told.get("says") else []
    if not told.get("drawn"):
        return SectionOut(title="Audit of what gave no alert", lines=[*lines, "Nothing was drawn: no evidence."])
    drawn = f"{figure(told.get('drawn'))} of {figure(told.get('items'))} pieces of camera time were drawn beforehand"
    lines.append(f"{drawn}, {figure(told.get('answered'), '0')} answered.")
    if told.get("set_apart"):
        apart = pieces(told["set_apart"], "answer")
        lines.append(f"{apart} came faster than anybody can look (2 s), and count as none.")
    low = told.get("bears_missed_estimate")
    _, high = told.get("unsure_as") or (low, low)
    rows = [
        ["Bears missed, estimated (Horvitz-Thompson)", figure(low, "cannot be estimated")],
        ["The same, with unsure as bears", figure(high, "cannot be estimated")],
        ["At most (exact, one-sided 95%, for what showed none)", figure(told.get("upper"), CANNOT)],
        ["Recall at least", share(told.get("recall_at_least"), "cannot be bounded")],
    ]
    tables = [TableOut(head=["", ""], rows=rows), *_strata(told.get("strata") or [])]
    return SectionOut(title="Audit of what gave no alert", lines=lines, tables=tables)


def _strata(rows: Sequence[Mapping[str, Any]]) -> list[TableOut]:
    head = ["Time in which", "Pieces", "Drawn", "Answered", "Bears", "Unsure"]
    cells = [
        [STRATA.get(row.get("stratum") or "", NONE), figure(row.get("items")),
         *(figure(row.get(name), "0") for name in ("drawn", "answered", "bears", "unsures"))]
        for row in rows
    ]  # fmt: skip
    note = "A piece is ten minutes of one camera; a bear that stays longer counts in each of its pieces."
    return [TableOut(head=head, rows=cells, note=note)] if rows else []


def looking(body: Body) -> SectionOut:
    """How people look: two who answered the same, tests with known footage, answers without score and box."""
    told, tests, blind = body.agreement, body.seeded, body.blind
    lines = [sentence(str(one["says"])) for one in (told, tests, blind) if one.get("says")]
    rows = [
        ["Answered by two people", figure(told.get("n"), "0")],
        ["Agreed", share(told.get("share"))],
        ["Beyond chance (Cohen's kappa; 1 is always, 0 is chance)", figure(told.get("kappa"))],
        ["Telling bears from others in tests (d')", figure(tests.get("d_prime"))],
        ["Readiness to say bear (criterion; below 0: readily)", figure(tests.get("criterion"))],
    ]
    for name, how in (("blind", "Without score and box"), ("seen", "With them at hand")):
        part = blind.get(name) or {}
        if part.get("answers"):
            within = interval(part.get("wilson"), say=share)
            rows.append([f"{how}: called a bear", f"{share(part.get('share'))} (Wilson 95%: {within})"])
    return SectionOut(
        title="How people look", lines=lines or ["Nothing was answered twice, and no test was shown: no evidence."],
        tables=[TableOut(head=["", ""], rows=rows)],
    )  # fmt: skip


def sure(body: Body, log_e: Mapping[str, Any]) -> SectionOut:
    """The e-values that decide, and the exact interval."""
    rows = [[name, e_value(log_e.get(key))] for key, name in E_VALUES if key in log_e]
    lines = [
        f"Exact interval of the alert ratio (what decides): {interval(body.alert_ratio.exact)}; "
        f"of the detection ratio: {interval(body.detection_ratio.exact)}.",
        "An e-value of 1 says nothing; 20 is enough to act on, and may be looked at every week.",
    ]
    tables = [TableOut(head=["Evidence that", "E-value"], rows=rows)] if rows else []
    return SectionOut(title="How sure, in numbers", lines=lines, tables=tables)


def slices(body: Body) -> SectionOut:
    """Day and night, cameras, versions, distances."""
    rows = [
        [_slice(name), *["nobody watched"] * 3, "no ratio", CANNOT] if part.get("hours") == 0 else
        [_slice(name), _told(part.get("model")), _told(part.get("manual")), _told(part.get("both")),
         figure(part.get("ratio"), "no ratio"), interval(part.get("exact"))]
        for name, part in body.slices.items()
        if isinstance(part, dict)
    ]  # fmt: skip
    head = ["Slice", "Model", "People", "Both", "Ratio", "Exact 95%"]
    links = [["", ways.BELOW, ways.BELOW, ways.BELOW, "", ""] for _ in rows]
    lines = [] if rows else ["There is nothing to divide: no evidence."]
    return SectionOut(title="By day and night, camera, version and distance", lines=lines,
                      tables=[TableOut(head=head, rows=rows, links=links)] if rows else [])  # fmt: skip


def _told(count: Any) -> str:
    """A count; some nobody can know, as how far away a bear was that no camera saw."""
    return figure(count, "cannot be told")


def _slice(name: str) -> str:
    kind, _, which = name.partition(":")
    return f"{kind} {which}" if which else words(kind)


def drift(body: Body) -> SectionOut:
    """Scores, pictures and what is unlike the training, against before."""
    rows = [[name, *_drift(body.drift.get(key) or {})] for key, name in
            (("score", "Scores"), ("picture", "Pictures"), ("out_of_domain", "Unlike the training"))]  # fmt: skip
    return SectionOut(
        title="Drift of scores and pictures", tables=[TableOut(head=["What", "Says", "Numbers"], rows=rows)]
    )


def _drift(told: Mapping[str, Any]) -> list[str]:
    says = sentence(str(told.get("says") or "")) or "Nothing to compare: no evidence."
    numbers = []
    if number(told.get("p")) is not None:
        numbers.append(f"p {figure(told['p'])}")
    if number(told.get("share")) is not None:
        before = f", before {share(told['before'])}" if number(told.get("before")) is not None else ""
        numbers.append(f"{share(told['share'])}{before}")
    return [says, "; ".join(numbers)]


def encounters(body: Body) -> SectionOut:
    """Every encounter behind the counts."""
    names = {"both": "both", "model_only": "only the model", "people_only": "only people"}
    met = {"both": 0, "model_only": 0, "people_only": 0}
    for one in body.encounters:
        kind = one.get("counts_as") or one.get("kind")
        if one.get("counted", True) and kind in met:
            met[kind] += 1
    rows = [
        [at(one.get("at"), body.time_zone), names.get(one.get("kind") or "", words(one.get("kind"))),
         _where(one), "night" if one.get("night") else "day", words(one.get("verdict") or "not answered"),
         _counts(one, names)]
        for one in body.encounters
    ]  # fmt: skip
    head = ["When", "Seen by", "Where", "Light", "People say", "Counts"]
    lines = [f"Counted: {listed({names[kind]: count for kind, count in met.items()}, 'none')}."]
    links = [[ways.day(body.site, one.get("at"), body.time_zone), *[""] * 5] for one in body.encounters]
    tables = [TableOut(head=head, rows=rows, links=links)] if rows else []
    return SectionOut(title="Encounters of the week", lines=lines, tables=[*tables, *_weeks(body)], anchor=ways.HERE)


def _counts(one: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """How it counts; one that both saw may count for one side, as where the other was not watching blind."""
    if not one.get("counted", True):
        return "not counted"
    kind = one.get("counts_as") or one.get("kind")
    return "counted" if kind == one.get("kind") else f"counted as {names.get(str(kind), words(kind))}"


def _weeks(body: Body) -> list[TableOut]:
    """The weeks that the other numbers are of, each with the way to its own encounters."""
    before = [one for one in body.alert_ratio.weeks[-int(body.settings.get("window_weeks") or 8) :]
              if one.week != body.week]  # fmt: skip
    rows = [[one.week, _told(one.model), _told(one.manual)] for one in reversed(before)]
    links = [[ways.report(body.site, one.week), "", ""] for one in reversed(before)]
    if not rows:
        return []
    note = "The encounters of each week stand in its own report."
    return [TableOut(head=["Weeks before", "Model", "People"], rows=rows, links=links, note=note)]


def _where(one: Mapping[str, Any]) -> str:
    parts = [f"{name} {one[name]}" for name in ("camera", "visit", "sighting") if one.get(name)]
    return ", ".join(parts) or "not known"
