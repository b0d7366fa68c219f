"""Label: frames that people reviewed, that chance drew, or that two versions disagree about, become training rows."""

from html import escape

import streamlit as st

from api.schemas.labelling import (
    AnswerIn,
    DrawIn,
    DrawOut,
    GatheredOut,
    RetiredOut,
    RetireIn,
    RowOut,
    RowPage,
    ScorePage,
)
from api.schemas.park import CameraPage, SitePage
from api.schemas.words import Role
from dashboard import around, client, drawing, siting
from dashboard.client import Refused
from dashboard.listing import local
from dashboard.telling import tried

MAY = (Role.SUPERVISOR, Role.ADMIN)
DRAWN = 20
WIDE = 1600
SHOWN = 50


def show() -> None:
    """The oldest candidate first; what has been labelled, and what is retired, below."""
    if around.me().role not in MAY:
        st.info("This page is for supervisors and admins: what they say here is what the model learns.")
        return
    client.post("/labelling/gather", GatheredOut)
    page = client.get("/labelling", RowPage, limit=1)
    items = _again() or page.items
    with st.container(key="label-one"):
        if items:
            _one(items[0], page.counts.get("waiting", 0))
        else:
            st.html('<p class="bw-big">Nothing waits to be labelled.</p>')
    _draw()
    if st.toggle("What has been labelled", key="label-list"):
        _list(page.counts)
    if around.me().role is Role.ADMIN:
        with st.expander("Retire old rows"):
            _retire()


def _again() -> list[RowOut]:
    """The row whose answer is to be changed, where somebody asked for that."""
    row = st.session_state.get("label-again")
    return [] if row is None else client.get("/labelling", RowPage, every=True, cursor=row - 1 or None, limit=1).items


def _back(row: int) -> None:
    st.session_state["label-again"] = row


def _one(row: RowOut, waiting: int) -> None:
    """One picture, and whose word it is to be. The model's answer stays hidden until it is asked for."""
    seen, asked = st.columns([3, 2])
    with seen:
        try:
            st.html(drawing.picture(client.picture(row.picture, width=WIDE), alt=f"frame {row.frame}"))
        except Refused as no:
            st.error(f"The picture cannot be shown: {no}. Reject it.")
    with asked:
        _words(row, waiting)
        _buttons(row)
        _score(row)


def _words(row: RowOut, waiting: int) -> None:
    sites = client.get("/sites", SitePage).items
    when = local(row.taken_at, siting.zone_of(sites, row.site), around.now())
    said = f" You said: {drawing.words(row.label or 'not used')}." if row.said_by == around.me().name else ""
    st.html(
        f'<p class="bw-big">What is in this picture?</p><p class="bw-line">{escape(row.says)}.{escape(said)}</p>'
        f'<p class="bw-line bw-quiet">{escape(row.camera)}, {escape(when)} · {waiting} to label</p>'
    )


def _buttons(row: RowOut) -> None:
    """The labels of the version in force at the site; each by its number."""
    known = list(row.labels)
    if row.suggested and row.suggested not in known and row.suggested != "not_bear":
        known.append(row.suggested)
    with st.container(key="label-labels", horizontal=True):
        for number, label in enumerate(known, 1):
            st.button(
                drawing.words(label), shortcut=str(number) if number < 10 else None, key=f"label-{row.id}-{label}",
                type="primary" if label == row.suggested else "secondary", wrap=True, on_click=_answer,
                args=(row, label),
            )  # fmt: skip
    with st.container(key="label-acts", horizontal=True):
        st.button("Do not use it", shortcut="X", key=f"label-no-{row.id}", on_click=_answer, args=(row, None))
        last = st.session_state.get("label-last")
        if last is not None and last != row.id:
            st.button("Back to the last one", shortcut="Left", key="label-back", on_click=_back, args=(last,))
    with st.expander("Another label"), st.form("label-other", border=False, clear_on_submit=True):
        told = st.text_input("Label", placeholder="a-z, 0-9, _ and -", max_chars=40)
        if st.form_submit_button("It is that"):
            _answer(row, told.strip().lower().replace(" ", "_") or "-")
            st.rerun()


def _answer(row: RowOut, label: str | None) -> None:
    def send() -> str:
        try:
            told = AnswerIn(label=label)
        except ValueError:
            raise Refused(
                "a label has 1 to 40 of a-z, 0-9, _ and -, and begins with a letter or digit", 422
            ) from None
        done = client.post(f"/labelling/{row.id}/answer", RowOut, told)
        st.session_state["label-again"], st.session_state["label-last"] = None, row.id
        says = f"is {drawing.words(done.label)}" if done.label else "is not used"
        return f"Frame {done.frame} {says}{', said after seeing the score' if done.saw_score else ''}."

    tried(send)


def _score(row: RowOut) -> None:
    """What the model said; whoever looks first is recorded as having seen it."""
    if not row.seen:
        st.button(
            "Show what the model said (your label is then marked so)", key=f"label-show-{row.id}", wrap=True,
            on_click=_show_score, args=(row,),
        )  # fmt: skip
        return
    for one in _reveal(row).items:
        st.html(f'<p class="bw-line">{escape(one.model)}</p>{drawing.bars(one.probabilities, one.label)}')


def _show_score(row: RowOut) -> None:
    _reveal(row)


def _reveal(row: RowOut) -> ScorePage:
    return client.post(f"/labelling/{row.id}/reveal", ScorePage)


def _draw() -> None:
    with st.container(key="label-draw", horizontal=True, vertical_alignment="center"):
        st.button(f"Draw {DRAWN} frames that raised nothing", key="draw", wrap=True, on_click=_drawn)
        st.html('<p class="bw-line bw-quiet">By chance, of the last 30 days: what the model may have missed.</p>')


def _drawn() -> None:
    def send() -> str:
        done = client.post("/labelling/draw", DrawOut, DrawIn(count=DRAWN))
        return f"{done.rows} of {done.pool} frames are drawn (seed {done.seed})."

    tried(send)


def _list(counts: dict[str, int]) -> None:
    """The first rows that were labelled or refused; retired ones where there are any."""
    st.html(f'<p class="bw-line">{escape(", ".join(f"{name} {n}" for name, n in sorted(counts.items())))}</p>')
    zone, now = around.me().time_zone, around.now()
    for state, retired in (("accepted", False), ("rejected", False), ("accepted", True)):
        found = client.get("/labelling", RowPage, state=state, retired=retired, limit=SHOWN).items
        rows = [
            [str(row.frame), row.camera, row.label or "not used", row.said_by or "",
             local(row.said_at, zone, now) if row.said_at else "",
             {True: "yes", False: "no", None: ""}[row.saw_score], row.retired_why or row.says]
            for row in found
        ]  # fmt: skip
        if rows:
            st.subheader("Retired" if retired else state.capitalize())
            st.html(drawing.table(["Frame", "Camera", "Label", "By", "When", "Saw score", "Why"], rows))


def _retire() -> None:
    """By site, camera or age; counted first, done by a second press."""
    sites = {"": "any site"} | {site.id: site.name for site in client.get("/sites", SitePage).items}
    cameras = ["", *(camera.id for camera in client.get("/cameras", CameraPage).items)]
    site = st.selectbox("Site", list(sites), format_func=lambda one: sites[one], key="retire-site")
    camera = st.selectbox("Camera", cameras, format_func=lambda one: one or "any camera", key="retire-camera")
    days = st.number_input("Older than so many days (0: any age)", min_value=0, max_value=36_500, key="retire-days")
    why = st.text_input("Why", key="retire-why", max_chars=500).strip()
    if not why or not (site or camera or days):
        st.html('<p class="bw-line bw-quiet">Say why, and which: a site, a camera or an age.</p>')
        return
    told = RetireIn(
        site=site or None, camera=camera or None, older_than_days=int(days) or None, why=why, dry_run=True
    )  # fmt: skip
    count = client.post("/labelling/retire", RetiredOut, told).rows
    st.html(f'<p class="bw-line"><b>{count} rows</b> would be used by no training any more. Their history stays.</p>')
    if count:
        st.button(f"Retire {count} rows", key="retire", on_click=_retired, args=(told,))


def _retired(told: RetireIn) -> None:
    def send() -> str:
        done = client.post("/labelling/retire", RetiredOut, told.model_copy(update={"dry_run": False}))
        return f"{done.rows} rows are retired."

    tried(send)
