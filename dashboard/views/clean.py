"""Clean: what a training found hardest, one picture at a time; keep, delete or relabel it, and train anew."""

from html import escape
from zoneinfo import ZoneInfo

import streamlit as st

from api.schemas.cleaning import (
    ApplicationOut,
    ApplyIn,
    CleaningOut,
    HardOut,
    MarkIn,
    TrainedOut,
    TrainedPage,
    UndoIn,
)
from api.schemas.words import Role
from dashboard import around, client, drawing, training
from dashboard.client import Refused
from dashboard.listing import ago
from dashboard.telling import tried

MAY = (Role.ADMIN,)
AT_ONCE, AHEAD = 24, 6
WIDE, SMALL = 800, 320
BOTH = "both"
PARTS = (BOTH, "valid", "train")
NO_RUN = (
    '<p class="bw-big">No training has left its losses here yet.</p><p class="bw-line">Put pictures into a folder of '
    "the training folders, run <code>bearwatch model train</code> on it into a run folder, and come back: this page "
    "then shows the pictures that the model found hardest.</p>"
)


def show() -> None:
    """Choose a run, a label and a part; then one picture after the other."""
    me = around.me()
    if me.role not in MAY or me.sites:
        st.info("This page is for admins of the whole park: training pictures are of every site.")
        return
    runs = client.get("/cleaning/runs", TrainedPage).items
    if not runs:
        st.html(NO_RUN)
        return
    with st.container(key="clean-filter"):
        run, label, part = _chosen(runs)
    if run.fault is not None:
        st.warning(run.fault)
        training.panel(run.name)
        return
    page, at = _page(run.name, label, part)
    _apply(page)
    with st.container(key="clean-one"):
        if page.total:
            _one(page, at)
        else:
            st.html('<p class="bw-big">No picture of this label and part is left.</p>')
    with st.container(key="clean-strip"):
        _strip(page, at % AT_ONCE)
    with st.container(key="clean-training"):
        training.panel(run.name)


def _chosen(runs: list[TrainedOut]) -> tuple[TrainedOut, str | None, str | None]:
    """The run; the label, as pictures are called by now; the part of the split. None: all."""
    first, second, third = st.columns([5, 5, 4], vertical_alignment="bottom")
    with first:
        run = _run(runs)
    if run.fault is not None:
        return run, None, None
    counts = client.get(f"/cleaning/runs/{run.name}", CleaningOut, limit=1).counts
    label = second.selectbox(
        "Label",
        ["", *counts],
        format_func=lambda one: drawing.words(one) or "all labels",
        key=f"clean-label-{run.name}",
    )
    with third:
        part = st.segmented_control("Part", PARTS, default=BOTH, key=f"clean-part-{run.name}", required=True)
    return run, label or None, None if part == BOTH else part


def _run(runs: list[TrainedOut]) -> TrainedOut:
    names = {run.name: f"{run.name}: {run.data}{_made(run)}" for run in runs}
    chosen = st.selectbox("Training run", list(names), format_func=lambda name: names[name], key="clean-run")
    return next(run for run in runs if run.name == chosen)


def _made(run: TrainedOut) -> str:
    """When. Words that stay the same: a choice that is called otherwise at each drawing is another choice."""
    return "" if run.at is None else f", {run.at.astimezone(ZoneInfo(around.me().time_zone)):%Y-%m-%d %H:%M}"


def marks(run: str) -> dict[str, MarkIn]:
    """What this person has marked and not applied yet."""
    found: dict[str, MarkIn] = st.session_state.setdefault(f"marks-{run}", {})
    return found


def _at(run: str, label: str | None, part: str | None) -> int:
    """The place in the list; another label or part begins at its worst."""
    chosen = (run, label, part)
    if st.session_state.get("clean-chosen") != chosen:
        st.session_state["clean-chosen"], st.session_state["clean-at"] = chosen, 0
    return int(st.session_state["clean-at"])


def _page(run: str, label: str | None, part: str | None) -> tuple[CleaningOut, int]:
    """The pictures around the place in the list, and the place; the last one where the list has become shorter."""
    at, path = _at(run, label, part), f"/cleaning/runs/{run}"
    while True:
        offset = at // AT_ONCE * AT_ONCE
        page = client.get(path, CleaningOut, label=label, part=part, offset=offset, limit=AT_ONCE + AHEAD)
        if at < max(1, page.total):
            return page, at
        at = max(0, page.total - 1)


def _go(place: int) -> None:
    st.session_state["clean-at"] = max(0, place)


def _mark(run: str, one: HardOut, act: str, place: int, label: str = "") -> None:
    marks(run)[one.file] = MarkIn.model_validate({"file": one.file, "act": act, "seen": one.label, "label": label})
    _go(place)


def _unmark(run: str, file: str) -> None:
    marks(run).pop(file, None)


def _one(page: CleaningOut, at: int) -> None:
    """One picture, what the model made of it, and the keys."""
    first = at // AT_ONCE * AT_ONCE
    one, last = page.items[at - first], page.total - 1
    seen, asked = st.columns([3, 2])
    with seen:
        _picture(page.run, one)
    with asked:
        _words(one, at, page.total, marks(page.run).get(one.file))
        _buttons(page, one, at, last)


def _picture(run: str, one: HardOut) -> None:
    path = f"/cleaning/runs/{run}/picture.jpg"
    try:
        data = client.picture(path, file=one.file, width=WIDE)
    except Refused as no:
        st.error(f"{one.file} cannot be shown: {no}. Delete it: a training cannot open it either.")
        return
    st.html(drawing.picture(data, alt=one.file, classes="bw-clean"))


def _words(one: HardOut, at: int, total: int, mark: MarkIn | None) -> None:
    by_now = f" · called {escape(drawing.words(one.label))} by now" if one.label != one.taught else ""
    marked = f'<p class="bw-line"><b class="bw-mark">{escape(_says(mark))}</b></p>' if mark is not None else ""
    st.html(
        f'<p class="bw-big">predicted <b>{escape(drawing.words(one.predicted))}</b> {one.p:.4f}<br>'
        f"actual <b>{escape(drawing.words(one.taught))}</b> {one.label_p:.4f}{by_now}</p>"
        f'<p class="bw-line">loss {one.loss:.4f} · {escape(one.part)} · {at + 1} of {total}</p>'
        f'<p class="bw-line bw-quiet">{escape(one.file)}</p>{marked}'
    )


def _says(mark: MarkIn | None) -> str:
    """A mark in words; nothing for none.

    >>> _says(MarkIn(file="a.jpg", act="relabel", seen="bear", label="cub"))
    'becomes cub'
    """
    if mark is None:
        return ""
    return {"keep": "keep", "delete": "to the trash"}.get(mark.act, f"becomes {drawing.words(mark.label)}")


def _buttons(page: CleaningOut, one: HardOut, at: int, last: int) -> None:
    """Each marks and goes on to the next picture; nothing is changed by it."""
    run, after = page.run, min(at + 1, last)
    with st.container(key="clean-acts", horizontal=True):
        st.button("Keep", shortcut="K", key="clean-keep", on_click=_mark, args=(run, one, "keep", after))
        st.button("Delete", shortcut="D", key="clean-delete", on_click=_mark, args=(run, one, "delete", after))
    others = [label for label in page.labels if label != one.label]
    with st.container(key="clean-labels", horizontal=True):
        for label in others:
            number = page.labels.index(label) + 1
            st.button(
                f"It is {drawing.words(label)}", shortcut=str(number) if number < 10 else None,
                key=f"clean-as-{label}", on_click=_mark, args=(run, one, "relabel", after, label), wrap=True,
            )  # fmt: skip
    with st.container(key="clean-ways", horizontal=True):
        st.button("Back", shortcut="Left", key="clean-back", on_click=_go, args=(at - 1,), disabled=at == 0)
        st.button("Next", shortcut="Right", key="clean-next", on_click=_go, args=(after,), disabled=at == last)
        if one.file in marks(run):
            st.button("Take the mark off", key="clean-off", on_click=_unmark, args=(run, one.file))
    with st.expander("Another label"), st.form("clean-other", border=False):
        label = st.text_input("Label", placeholder="a-z, 0-9, _ and -", max_chars=40)
        if st.form_submit_button("Mark it so"):
            _other(run, one, label.strip().lower().replace(" ", "_"), after)


def _other(run: str, one: HardOut, label: str, after: int) -> None:
    try:
        _mark(run, one, "relabel", after, label or "-")
    except ValueError:
        st.error("A label has 1 to 40 of a-z, 0-9, _ and -, and begins with a letter or digit.")
        return
    st.rerun()


def _strip(page: CleaningOut, at: int) -> None:
    """What comes next, small, each with its mark."""
    tiles = ""
    for place, one in enumerate(page.items[at : at + AHEAD]):
        try:
            data = client.picture(f"/cleaning/runs/{page.run}/picture.jpg", file=one.file, width=SMALL)
            seen = drawing.picture(data, alt=one.file)
        except Refused:
            seen = '<div class="bw-none">cannot be shown</div>'
        mark = marks(page.run).get(one.file)
        says = f'<b class="bw-mark">{escape(_says(mark))}</b>' if mark else f"loss {one.loss:.2f}"
        tiles += f'<div class="bw-next{" bw-here" if place == 0 else ""}">{seen}<span>{says}</span></div>'
    st.html(f'<div class="bw-strip">{tiles}</div>')


def _apply(page: CleaningOut) -> None:
    """What is marked and waits, and the last change, which can be taken back."""
    waiting = [mark for mark in marks(page.run).values() if mark.act != "keep"]
    gone = sum(mark.act == "delete" for mark in waiting)
    with st.container(key="clean-apply"):
        told, act, drop = st.columns([4, 1, 1], vertical_alignment="center")  # nothing moves under the thumb
    if waiting:
        says = f"{gone} to the trash, {len(waiting) - gone} to relabel. Nothing is changed yet."
        told.html(f'<p class="bw-line"><b>{says}</b></p>')
        act.button(
            f"Apply {len(waiting)}", type="primary", key="clean-go", width="stretch", on_click=_send,
            args=(page, waiting),
        )  # fmt: skip
        drop.button("Forget them", key="clean-forget", width="stretch", on_click=marks(page.run).clear)
    elif page.last is not None:
        last, at = page.last, ago(page.last.at, around.now())
        told.html(f'<p class="bw-line bw-quiet">Last change: {escape(last.says)}, {escape(last.by)}, {at}.</p>')
        act.button("Undo it", key="clean-undo", width="stretch", on_click=_undo, args=(page, last))
    else:
        told.html('<p class="bw-line bw-quiet">Marks change nothing until you apply them.</p>')


def _send(page: CleaningOut, waiting: list[MarkIn]) -> None:
    def send() -> str:
        done = client.post(f"/cleaning/runs/{page.run}/apply", ApplicationOut, ApplyIn(marks=waiting))
        marks(page.run).clear()
        return f"Done: {done.says}. Deleted pictures lie in the trash folder of {page.data}."

    tried(send)


def _undo(page: CleaningOut, last: ApplicationOut) -> None:
    def send() -> str:
        done = client.post(f"/cleaning/runs/{page.run}/undo", ApplicationOut, UndoIn(number=last.number))
        return f"Undone: {done.says}. Everything is back."

    tried(send)
