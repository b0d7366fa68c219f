"""Verdicts in a few words, with a sign and a tone. Pure: what is decided was decided before."""

from api.papers.body import Body
from api.papers.numbers import sentence, words
from api.schemas.papers import Tone

WORDS: dict[str, tuple[Tone, str, str]] = {
    "data_fault": (Tone.FAULT, "!", "Data fault: mend this first"),
    "manual_watch_missing": (Tone.FAULT, "!", "Nobody watched: nothing to compare with"),
    "alarm_down": (Tone.ALARM, "▼", "Alarm: halved against the manual watch"),
    "alarm_up": (Tone.ALARM, "▲", "Alarm: doubled against the manual watch"),
    "watch": (Tone.WAIT, "?", "Keep an eye on it: out of range, not proven"),
    "not_enough_data": (Tone.WAIT, "?", "Not enough data yet"),
    "agreeing_so_far": (Tone.WAIT, "≈", "Agreeing so far, not proven"),
    "consistent": (Tone.GOOD, "✓", "Consistent with the manual watch"),
}
"""In the order in which a person is needed."""

SHORT = {
    "data_fault": "data fault", "manual_watch_missing": "nobody watched", "alarm_down": "alarm, halved",
    "alarm_up": "alarm, doubled", "watch": "keep an eye on it", "not_enough_data": "not enough data",
    "agreeing_so_far": "agreeing so far", "consistent": "consistent",
}  # fmt: skip


def tone(verdict: str) -> Tone:
    """What it asks of a reader; a verdict of another version asks for a look."""
    return WORDS.get(verdict, (Tone.WAIT, "?", ""))[0]


def sign(verdict: str) -> str:
    """What stands before its word."""
    return WORDS.get(verdict, (Tone.WAIT, "?", ""))[1]


def word(verdict: str) -> str:
    """The verdict in a few words."""
    return WORDS[verdict][2] if verdict in WORDS else words(verdict).capitalize()


def means(body: Body) -> list[str]:
    """What it means, a paragraph each."""
    told = [body.means] if isinstance(body.means, str) else body.means
    return [sentence(one) for one in told if one.strip()]
