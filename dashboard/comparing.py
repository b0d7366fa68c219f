"""Two versions in words and numbers for a page. Pure."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from api.schemas.versions import BothSawOut, ChallengeOut, ComparisonOut, MeasuredOut, VersionsOut
from api.schemas.words import Verdict
from dashboard.listing import local

HEAD = ("", "Both", "Only in force", "Only new", "Difference", "95% interval", "p (exact)")
ANSWERS = {Verdict.BEAR: "people said: bear", Verdict.NOT_BEAR: "people said: not a bear", Verdict.UNSURE: "unsure"}
ENOUGH = 0.05
"""A p below this is called a difference."""


def head(told: VersionsOut, site_name: str) -> str:
    """What is in force at the site."""
    line = f"In force at {site_name}: {told.model_name or 'no version'}"
    lines = [f'<p class="bw-big">{escape(line)}</p>']
    if told.canary is not None:
        until = f"until {told.canary.last_day}" if told.canary.runs else f"ended on {told.canary.last_day}"
        cameras = ", ".join(told.canary.cameras)
        lines.append(
            f'<p class="bw-line"><b>Canary: {escape(told.canary.model_name)}</b> decides on {escape(cameras)} '
            f"{escape(until)}</p>"
        )
    return "".join(lines)


def challenge(told: ChallengeOut, zone: str, now: datetime) -> str:
    """Who challenges, since when, and how far it is."""
    since = local(told.begun_at, zone, now)
    state = f"looked on until {local(told.ended_at, zone, now)}" if told.ended_at else "looks at the same frames"
    return (
        f'<p class="bw-line"><b>Challenger: {escape(told.model_name)}</b> {escape(state)}, since {escape(since)} '
        f"({escape(told.begun_by)}: {escape(told.reason)})</p>"
        f'<p class="bw-line bw-quiet">{told.scored} frames looked at, {told.waiting} waiting, {told.skipped} skipped '
        f"because the version in force came first</p>{_fault(told)}"
    )


def _fault(told: ChallengeOut) -> str:
    if told.fault is None:
        return ""
    return f'<p class="bw-line bw-not-sent">It looks at NOTHING: {escape(told.fault)}</p>'


def sentence(of: ComparisonOut) -> str:
    """What the counts say, and what they do not."""
    if not of.visits:
        seen = (
            f"{of.frames} frames, and neither called one a bear" if of.frames else "No frame yet that both looked at"
        )
        return f'<p class="bw-big">{escape(seen)}</p>'
    counts = f"Of {of.visits} visits both found {of.both}, only {of.old} {of.only_old}, only {of.new} {of.only_new}."
    if of.p is not None and of.p < ENOUGH:
        more, less = (of.new, of.old) if of.only_new > of.only_old else (of.old, of.new)
        says = f"{more} finds more than {less} (p {chance(of.p)}); whether these are bears, the pictures tell."
    else:
        says = "That is no proof of a difference."
    return f'<p class="bw-big">{escape(counts)}</p><p class="bw-line">{escape(says)}</p>'


def rows(of: ComparisonOut) -> list[list[str]]:
    """The counts whole, by people's answers, and in slices."""
    named: list[tuple[str, MeasuredOut]] = [
        ("all visits", of), ("people said bear", of.reviewed.bear), ("people said not a bear", of.reviewed.not_bear),
        *of.slices.items(),
    ]  # fmt: skip
    return [[name, *_row(part)] for name, part in named if part.both + part.only_old + part.only_new]


def costs(of: ComparisonOut) -> str:
    """What each version takes a frame."""
    if of.cost.old_ms is None or of.cost.new_ms is None:
        return ""
    ratio = of.cost.new_ms / of.cost.old_ms if of.cost.old_ms else None
    times = f", {ratio:.1f} times as much" if ratio is not None else ""
    says = f"Cost: {of.old} {of.cost.old_ms:.0f} ms a frame, {of.new} {of.cost.new_ms:.0f} ms{times}."
    frames = ""
    if of.by_frame is not None:
        frames = (
            f" Frame by frame, flipping whole visits: only in force {of.by_frame.only_old}, only new "
            f"{of.by_frame.only_new}, p {chance(of.by_frame.p_sign_flip)}."
        )
    waits = f" {of.reviewed.not_reviewed} visits have no answer of people yet." if of.reviewed.not_reviewed else ""
    labels = f" {of.reviewed.by_label} were answered on the page Label alone." if of.reviewed.by_label else ""
    return f'<p class="bw-line">{escape(says + frames + waits + labels)}</p>'


def sure(visit: BothSawOut, of: ComparisonOut) -> str:
    """How sure each was, and what people said."""
    said = f" · {ANSWERS[visit.verdict]}" if visit.verdict is not None else ""
    said += f" (labelled by {', '.join(visit.labelled_by)})" if visit.labelled_by else ""
    return f"{of.old} {visit.p_old:.2f} · {of.new} {visit.p_new:.2f}{said}"


def chance(p: float) -> str:
    """A p that is never told as nought.

    >>> chance(0.0312), chance(0.0002)
    ('0.031', 'below 0.001')
    """
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def _row(part: MeasuredOut) -> Sequence[str]:
    gap = "" if part.difference is None else f"{part.difference:+.2f}"
    low_high = part.difference_interval or []
    return [
        str(part.both), str(part.only_old), str(part.only_new), gap,
        " to ".join(f"{bound:+.2f}" for bound in low_high), "" if part.p is None else chance(part.p),
    ]  # fmt: skip
