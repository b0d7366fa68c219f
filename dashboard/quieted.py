"""Quieted: a quiet place in words, and drawn over a picture. Pure."""

from datetime import datetime
from html import escape

from api.schemas.quiet import QuietOut
from api.schemas.words import Light, QuietState
from dashboard.listing import chance, local

HEAD = ["Camera", "What", "Dismissed", "From", "By", "Why", "To"]
NEARLY_ONE = 0.98
LIGHTS = {Light.BOTH: "", Light.DAY: " by day", Light.NIGHT: " by night"}


def words(item: QuietOut, zone: str, now: datetime) -> str:
    """What is known of it, and what it does or would do."""
    when = f"{local(item.first_at, zone, now)} to {local(item.last_at, zone, now)}"
    lead = "Quiet place" if item.state is QuietState.ACCEPTED else "Proposed"
    force = ""
    if item.until is not None:
        force = (
            f'<p class="bw-line"><b class="bw-not-sent">Until {escape(local(item.until, zone, now))}</b>: '
            f"{escape(item.settled_by or '')} accepted it: {escape(item.why or '')}</p>"
        )
    return (
        f'<p class="bw-line"><b>{lead} at {escape(item.camera)}{LIGHTS[item.light]}</b></p>{force}'
        f'<p class="bw-line">{item.visits} visits were dismissed there, {escape(when)}; the surest of them was '
        f"{escape(chance(item.most_p))} to {escape(item.model or 'the version')}.</p>{_rests(item)}"
        '<p class="bw-line bw-quiet">In force, a bear seen only there asks and warns nobody; it is recorded. '
        f"One that leaves the place or is confirmed there asks as ever. {_surer(item.most_p)}</p>"
    )


def _rests(item: QuietOut) -> str:
    """A place of another version than decides there now quiets nothing."""
    if not item.rests:
        return ""
    again = f" It holds again when {escape(item.model)} decides there." if item.model else ""
    return f'<p class="bw-line"><b>It rests</b>: another version decides there now, and asks as ever.{again}</p>'


def _surer(most_p: float) -> str:
    """Whether a bear in the place can be told by its score."""
    if most_p < NEARLY_ONE:
        return "So does one of which the model is clearly surer than of those."
    return "<b>The model was as sure of those as it can be: no bear there can be told by its score.</b>"


def over(item: QuietOut) -> str:
    """HTML that lies over a picture: the place is framed."""
    return (
        f'<div class="bw-parts"><i style="left:{item.x:.2%};top:{item.y:.2%};width:{item.w:.2%};height:{item.h:.2%}">'
        "<span>here</span></i></div>"
    )


def row(item: QuietOut, zone: str, now: datetime) -> list[str]:
    """One row of the history."""
    ended = f"{local(item.ended_at, zone, now)}: {item.ended_why}" if item.ended_at else ""
    settled = local(item.settled_at, zone, now) if item.settled_at else ""
    what = "refused" if item.state is QuietState.REFUSED else f"quiet{LIGHTS[item.light]}"
    by = item.settled_by or ""
    by += f", ended by {item.ended_by}" if item.ended_by and item.ended_by != item.settled_by else ""
    return [item.camera, what, str(item.visits), settled, by, item.why or "", ended]
