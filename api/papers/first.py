"""The first page: verdict, what it means, what to do, both counts in both exposures, and the pictures. Pure."""

from api.papers import ratio_chart, sureness_chart, ways
from api.papers.body import Body, Count, Fault, Ratio, Reference
from api.papers.numbers import at, figure, hours, interval, number, pieces, sentence, share
from api.schemas.papers import PictureOut, TableOut


def faults(body: Body) -> list[str]:
    """Each data fault in one line, the most hours first."""
    rows = sorted(body.data_faults, key=lambda one: -(one.hours or 0))
    return [_fault(one, body.time_zone) for one in rows]


def _fault(one: Fault, zone: str) -> str:
    where = f"Camera {one.camera}: " if one.camera else ""
    until = "still open" if one.until is None else f"until {at(one.until, zone)}"
    since = "" if one.since is None else f" Since {at(one.since, zone)}, {until}."
    lost = "" if one.hours is None else f" {hours(one.hours)} do not count."
    says = sentence(one.says or one.kind.replace("_", " "))
    mend = f" {sentence(one.mend)}" if one.mend else ""
    return f"{where}{says}{since}{lost}{mend}"


def counts(body: Body) -> TableOut:
    """Both sides, in matched site-hours: hours in which the model ran and somebody watched blind."""
    rows = [
        ["The model called a bear", _count(body.model.week), _count(body.model.window)],
        ["of these, confirmed by people", _confirmed(body.model.week), _confirmed(body.model.window)],
        ["People saw a bear, watching blind", _count(body.manual.week), _count(body.manual.window)],
        *_places(body),
        ["Alert ratio: called to seen", _of_week(body.alert_ratio), _ratio(body.alert_ratio)],
        ["Detection ratio: confirmed to seen", _of_week(body.detection_ratio), _ratio(body.detection_ratio)],
        ["Reference ratio", "", reference(body.reference, body.time_zone)],
    ]
    places = {"field": " Judged by those who watch in the field.", "desk": " Judged by those who watch at the desk."}
    note = (
        "Counted are encounters, in matched site-hours: a blind watch was on and the model ran. Intervals here "
        f"are mid-P 95%, for display; what decides is exact: {interval(body.alert_ratio.exact)} for the alert ratio."
        f"{places.get(body.judged_by or '', '')}"
    )
    links = [["", ways.BELOW, ways.BELOW] for _ in rows[:-1]] + [["", "", ""]]
    return TableOut(head=["", "This week", body.window.capitalize()], rows=rows, note=note, links=links)


def _count(one: Count) -> str:
    if not one.hours:
        watched = f", {hours(one.watched_hours)} watched" if one.watched_hours else ""
        return f"no matched hour{watched}"
    more = ""
    if one.watched_hours is not None and one.watched_hours > one.hours:
        more = f" (of {hours(one.watched_hours)} watched)"
    return f"{pieces(one.encounters, 'encounter')} in {hours(one.hours)}{more}"


def _confirmed(one: Count) -> str:
    """With what may still be confirmed, since an answer that is missing is no no."""
    if one.confirmed is None or not one.hours:
        return "not known" if one.hours else "no matched hour"
    still = ((one.unanswered, "not answered yet"), (one.unsure, "unsure"))
    more = ", ".join(f"{figure(count)} {says}" for count, says in still if count)
    return f"{figure(one.confirmed)} ({more})" if more else figure(one.confirmed)


def _places(body: Body) -> list[list[str]]:
    """In the field and at the desk apart."""
    week, window = body.manual.week.by_place, body.manual.window.by_place
    names = {"field": "of these, in the field", "desk": "of these, at the desk"}
    return [
        [name, _part(week.get(place)), _part(window.get(place))]
        for place, name in names.items()
        if _watched(window.get("desk")) and (week.get(place) or window.get(place))
    ]


def _watched(told: object) -> bool:
    """Whether anybody watched there at all."""
    part = Count.model_validate(told) if isinstance(told, dict) else Count()
    return bool(part.hours or part.watched_hours)


def _part(told: object) -> str:
    return _count(Count.model_validate(told)) if isinstance(told, dict) else "not told apart"


def _of_week(told: Ratio) -> str:
    if not told.weeks:
        return "no ratio"
    last = told.weeks[-1]
    if last.ratio is None and last.low:
        return f"people saw none; {interval((last.low, last.high))}"
    return "no ratio" if last.ratio is None else f"{figure(last.ratio)} ({interval((last.low, last.high))})"


def _ratio(told: Ratio) -> str:
    if told.ratio is None and told.interval and told.interval[0]:
        return f"people saw none; {interval(told.interval)}"
    if told.ratio is None:
        return f"no ratio; {interval(told.interval)}"
    return f"{figure(told.ratio)} ({interval(told.interval)})"


def reference(told: Reference, zone: str) -> str:
    """The ratio that people accepted, and who."""
    if told.accepted_at is None:
        return f"{figure(told.ratio)}: none is accepted yet"
    limits = f" ({interval((told.low, told.high))}, exact 90%)" if told.low is not None else ""
    by = f" by {' and '.join(told.by)}" if told.by else ""
    return f"{figure(told.ratio)}{limits}, accepted {at(told.accepted_at, zone)}{by}"


def pictures(body: Body) -> list[PictureOut]:
    """Both ratios over the weeks, and how sure we are."""
    return [
        ratio_chart.picture("Alert ratio: called to seen", body.alert_ratio, body.reference, window=body.window),
        ratio_chart.picture(
            "Detection ratio: confirmed to seen", body.detection_ratio, body.reference, window=body.window
        ),
        sureness_chart.picture(body.sureness),
    ]


def glance(body: Body) -> list[str]:
    """What somebody asks next, in a few words each."""
    return [
        f"Of the bears that people saw, called by the model: {_found(body, 'model')}. "
        f"Of what the model called, seen by people: {_found(body, 'manual')}.",
        f"Of the alerts that were answered, bears: {_bears(body)}.",
    ]


def _bears(body: Body) -> str:
    told = body.precision
    bears, others = number(told.get("bears")) or 0, number(told.get("not_bears")) or 0
    if not bears + others:
        return "no evidence"
    return f"{figure(bears)} of {figure(bears + others)} ({share(told.get('share'))})"


def _found(body: Body, side: str) -> str:
    told = body.recall.get(side) or {}
    if not told.get("of"):
        return "no evidence"
    return f"{figure(told.get('found'), '0')} of {figure(told['of'])} ({share(told.get('share'))})"


READING = [
    "A dot is one week's ratio, the bar through it its interval: with few bears it is long, and that is no fault.",
    "Inside the shaded band the ratio is between half and twice the reference that people accepted.",
    "Sure: 1 says nothing; a line that passes 20 is enough to act on, and may be looked at every week.",
    "Above or below the reference passing 20 is how an alarm begins; not doubled and not halved both past 20 is "
    "how consistent is earned.",
]
"""For a reader who meets the pictures for the first time."""
