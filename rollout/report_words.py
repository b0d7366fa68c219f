"""Report words: what each verdict means and what to do about it, in plain words. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from rollout.report_facts import Facts, Fault
from rollout.verdicts import Drift, Judged

MEANS: Mapping[Drift, str] = {
    Drift.DATA_FAULT: "This week says nothing about the model: something stood still, and hours are missing. "
    "Do not rely on its silence.",
    Drift.MANUAL_WATCH_MISSING: "Nobody can say whether the model sees what people would see, because nobody watched "
    "without knowing what it said.",
    Drift.ALARM_DOWN: "Bears pass that the model does not see. Until the cause is found, people must watch as if "
    "there were no model.",
    Drift.ALARM_UP: "The model calls far more often than people see bears. Either it sees bears that people miss, or "
    "it calls for nothing.",
    Drift.CONSISTENT: "The model sees bears as often as it should beside the people. It has neither doubled nor "
    "halved.",
    Drift.NOT_ENOUGH_DATA: "Too little was seen or watched to say anything. That nothing happened is no proof that "
    "the model works.",
    Drift.WATCH: "The model and the people differ, but so far it may be chance.",
    Drift.AGREEING_SO_FAR: "The model and the people are close to each other, but too little was seen to be sure.",
}

DO: Mapping[Drift, tuple[str, ...]] = {
    Drift.DATA_FAULT: ("Mend what is named here, then look at the next report.",),
    Drift.MANUAL_WATCH_MISSING: (
        "Watch blind for some hours this week, also at night, or at a desk over recorded hours.",
        "Start each watch on your phone and end it: only ended blind watches count.",
    ),
    Drift.ALARM_DOWN: (
        "Watch the site by eye until this is settled.",
        "Look at each camera's picture: is the view clear, is it where it was?",
        "Play a known bear through each camera (`bearwatch known-clip`).",
        "Look at the bears that only people saw, below, and name the cause when you acknowledge the alarm.",
    ),
    Drift.ALARM_UP: (
        "Answer every alert that only the model saw: bear or not a bear?",
        "If they are bears, two people may accept this ratio as usual.",
        "If they are not, look for what moves there, and name the cause when you acknowledge the alarm.",
    ),
    Drift.CONSISTENT: ("Nothing. Keep watching blind now and then: without it this report cannot be made.",),
    Drift.NOT_ENOUGH_DATA: ("Watch more blind hours, in the hours in which bears come.",),
    Drift.WATCH: ("Nothing yet. Answer the open alerts and keep up the blind hours.",),
    Drift.AGREEING_SO_FAR: ("Nothing yet. Keep up the blind hours.",),
}

LATELY = (
    "Over the half-year the model saw bears as often as it should, but in the last weeks it did not. Do not rely on "
    "the half-year alone."
)
LOOK = "Look at the encounters of the last weeks, below: who saw what the other did not?"
"""Of a consistent half-year whose last weeks lie outside."""

STORY = 0.5
"""Whether most of what the model called were bears is told where the share's whole interval lies on one side."""


def means(facts: Facts, judged: Judged, precision: Mapping[str, Any]) -> str:
    """What the verdict means here."""
    said = [LATELY if _lately(judged) else MEANS[judged.verdict]]
    if judged.verdict is Drift.ALARM_UP and precision["share"] is not None:
        said.append(_story(precision))
    if judged.verdict is Drift.ALARM_DOWN and judged.halved:
        said.append("Even half of the usual ratio is refuted.")
    if judged.verdict is Drift.ALARM_UP and judged.doubled:
        said.append("Even twice the usual ratio is refuted.")
    new = [one for one in facts.changes if facts.begins <= one.at < facts.until]
    if new:
        said.append(
            f"In this week something changed ({'; '.join(f'{one.what}: {one.says}' for one in new)}): what was seen "
            "before is another thing, and counting begins anew. Open alarms stay open."
        )
    return " ".join(said)


def _story(precision: Mapping[str, Any]) -> str:
    """Whether the model calls bears or false alarms, as far as the answers tell."""
    bears, clear = precision["bears"], precision["bears"] + precision["not_bears"]
    low, high = precision["wilson"]
    said = f"Of {clear} answered {'visit' if clear == 1 else 'visits'} people confirmed {bears}"
    if low > STORY:
        return f"{said}: most of what the model called were bears."
    if high < STORY:
        return f"{said}: most of what the model called were false alarms."
    return f"{said}: too few to say whether most are bears or false alarms."


def _lately(judged: Judged) -> bool:
    return judged.verdict is Drift.CONSISTENT and judged.outside


def do(facts: Facts, judged: Judged) -> list[str]:
    """What people can do now, the most urgent first."""
    found = [f"{_where(one)}: {one.mend}" for one in facts.faults if one.open and one.mend]
    found += (LOOK, "Keep up the blind hours.") if _lately(judged) else DO[judged.verdict]
    found += [
        f"Ask {one.name} to look again at {len(one.answers)} alerts that were answered too fast to be looked at."
        for one in facts.fast if one.until >= facts.begins
    ]  # fmt: skip
    return found


def reason(judged: Judged, watched: float) -> str:
    """The verdict in one sentence. watched: blind hours in the window, matched or not."""
    if judged.verdict is Drift.MANUAL_WATCH_MISSING and watched > 0:
        return (
            f"people watched {watched:.1f} hours, but no camera or model was up beside them: there is nothing to "
            "compare the model with"
        )
    return judged.reason


def fault(facts: Facts) -> str | None:
    """What of the data holds the verdict up: an open fault of a camera, clock or queue; None: nothing."""
    named = [f"{_where(one)} {one.says}" for one in facts.faults if one.open]
    if named:
        return f"a fault was open at the end of the week: {'; '.join(named[:3])}{_more(named)}"
    if not facts.runs:
        return "no model was set to watch this site in these weeks"
    ran, up = sum(one.ran for one in facts.window), sum(one.up for one in facts.window)
    if ran > 0 and up < facts.settings.min_share * ran:
        return (
            f"the model was up {up:.1f} of the {ran:.1f} hours in which it should have been, less than the "
            f"{facts.settings.min_share:.0%} that a verdict needs"
        )
    return None


def _where(one: Fault) -> str:
    return f"camera {one.camera}" if one.camera else "Bearwatch"


def _more(named: Sequence[str]) -> str:
    return f" and {len(named) - 3} more" if len(named) > 3 else ""
