"""Registering: bears that nobody was warned of in words, and the causes that people may name."""

from collections.abc import Sequence
from html import escape

from api.schemas.incidents import IncidentOut, IncidentPage
from api.schemas.words import IncidentCause

CAUSES = {
    IncidentCause.MODEL: "The model did not see it",
    IncidentCause.THRESHOLD: "The model was not sure enough: below the threshold",
    IncidentCause.CAMERA: "A camera was down or blind",
    IncidentCause.FRAME: "A picture was lost or came too late",
    IncidentCause.SCOPE: "Outside the rule's scope",
    IncidentCause.HELD: "Held back: a stop, a cooldown, a daily cap, a quiet place",
    IncidentCause.NOBODY: "Nobody answered the alert",
    IncidentCause.ANSWER: "The alert was answered wrongly",
    IncidentCause.DELIVERY: "The warning was not delivered",
    IncidentCause.NOT_ONE: "It is none: wrongly matched, or no bear",
    IncidentCause.OTHER: "Something else (say what)",
}


def headline(page: IncidentPage) -> str:
    """What is to be known first.

    >>> headline(IncidentPage(items=[], open=2, not_counted=[]))
    '2 bears that nobody was warned of have no cause yet'
    >>> headline(IncidentPage(items=[], open=0, not_counted=[]))
    'No bear is known that nobody was warned of'
    """
    if page.open:
        bears = "1 bear that nobody was warned of has" if page.open == 1 else (
            f"{page.open} bears that nobody was warned of have"
        )  # fmt: skip
        return f"{bears} no cause yet"
    return "Every cause is named" if page.items else "No bear is known that nobody was warned of"


def not_counted(page: IncidentPage) -> str:
    """The sites at which nothing counts, so that an empty list does not look like safety."""
    if not page.not_counted:
        return ""
    rows = "".join(f"<li><b>{escape(one.site_name)}</b>: {escape(one.says)}.</li>" for one in page.not_counted)
    return f'<p class="bw-line bw-quiet">Not counted here:</p><ul class="bw-line bw-quiet">{rows}</ul>'


def facts(item: IncidentOut) -> str:
    """What the stored rows suggest, and what that rests on."""
    told = "; ".join(item.facts)
    return (
        f'<p class="bw-line bw-quiet">Likely: <b>{escape(item.suggested_says)}</b>. {escape(_capital(told))}. '
        "You decide.</p>"
    )


def cause(item: IncidentOut) -> str:
    """The cause that holds, and those before it."""
    if item.cause is None:
        return '<p class="bw-line"><b>NO CAUSE YET</b></p>'
    held = f"Cause: <b>{escape(item.cause.says)}</b>{_note(item.cause.note)}, said {escape(item.cause.by)}."
    before = "".join(f"<br>Before: {escape(one.says)}{_note(one.note)}, said {escape(one.by)}."
                     for one in reversed(item.history[:-1]))  # fmt: skip
    return f'<p class="bw-line">{held}<span class="bw-quiet">{before}</span></p>'


def ways(item: IncidentOut, day: str) -> str:
    """Where to see more of it. day: of the site."""
    found = [f'<a href="/daily?site={escape(item.site)}&amp;day={day}" target="_self">what was seen that day</a>']
    if item.alert is not None:
        found.append(f'<a href="/review?shown={item.alert}" target="_self">the alert</a>')
    return f'<p class="bw-line">See {" · ".join(found)}</p>'


def first(items: Sequence[IncidentOut]) -> list[IncidentOut]:
    """Those without a cause first, each part the newest first."""
    return sorted(items, key=lambda one: (one.cause is not None, -one.at.timestamp(), one.id))


def _note(note: str | None) -> str:
    return f" ({escape(note)})" if note else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
