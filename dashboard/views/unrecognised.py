"""Unrecognised: pictures of no known camera and what the doors refused; an admin says what becomes of each."""

from html import escape

import streamlit as st

from api.schemas.held import AssignIn, HeldOut, HeldPage, SettledOut
from api.schemas.park import CameraPage
from api.schemas.people import MeOut
from api.schemas.words import HeldState, Role
from dashboard import around, client, drawing
from dashboard.client import Refused
from dashboard.listing import ago, local
from dashboard.telling import tried

PAGE = 5
REFUSED = 30


def may(me: MeOut) -> bool:
    """Only admins of the whole park: a picture of no known camera is of no site."""
    return me.role is Role.ADMIN and not me.sites


def title(me: MeOut) -> str:
    """What stands in the menu: with how many wait, for whoever can settle them."""
    if not may(me):
        return "Unrecognised"
    waits = client.get("/held", HeldPage, state=HeldState.UNRECOGNISED.value, limit=1)
    count = waits.waiting.get(HeldState.UNRECOGNISED, 0)
    return f"Unrecognised ({count})" if count else "Unrecognised"


def show() -> None:
    """What waits, newest first; what was refused, below."""
    if not may(around.me()):
        st.info("This page is for admins of the whole park: they say whose picture it is.")
        return
    before = st.session_state.get("held-before")
    page = client.get("/held", HeldPage, state=HeldState.UNRECOGNISED.value, cursor=before, limit=PAGE)
    st.html(f'<p class="bw-big">{escape(_head(page))}</p>')
    cameras = [camera.id for camera in client.get("/cameras", CameraPage).items] if page.items else []
    for item in page.items:
        _waiting(item, cameras)
    _turn(page, before)
    refused = page.waiting.get(HeldState.REFUSED, 0)
    if st.toggle(f"What the doors refused ({refused})", key="held-refused"):
        _refused()


def _head(page: HeldPage) -> str:
    count = page.waiting.get(HeldState.UNRECOGNISED, 0)
    if not count:
        return "No picture waits for its camera."
    what = "1 picture waits" if count == 1 else f"{count} pictures wait"
    return f"{what}: no model looks at a picture before it has a camera."


def _waiting(item: HeldOut, cameras: list[str]) -> None:
    """One picture, what it says of its camera, and the three things that can be done."""
    with st.container(border=True, key=f"held-{item.id}"):
        seen, asked = st.columns([2, 3])
        with seen:
            st.html(_picture(item))
        with asked:
            st.html(_words(item))
            camera = st.pills("Whose picture is it?", cameras, key=f"held-of-{item.id}")
            says = f"Take it in for {camera}" if camera else "Take it in"
            st.button(
                says, key=f"held-take-{item.id}", type="primary", disabled=not camera, width="stretch",
                on_click=_settle, args=(item, "assign", camera),
            )  # fmt: skip
            with st.container(horizontal=True):
                st.button("Try again as it came", key=f"held-again-{item.id}", on_click=_settle, args=(item, "again"))
                st.button("Discard", key=f"held-discard-{item.id}", on_click=_settle, args=(item, "discard"))


def _picture(item: HeldOut) -> str:
    try:
        return drawing.picture(client.picture(f"/held/{item.id}/picture.jpg"), alt=f"held file {item.id}")
    except Refused as no:
        return f'<div class="bw-none">no picture to show: {escape(str(no))}</div>'


def _words(item: HeldOut) -> str:
    """What is known of it."""
    zone, now = around.me().time_zone, around.now()
    claims = [f"{name} {value}" for name, value in item.claims.items() if str(value) not in item.says]
    times = f", handed in {item.times} times" if item.times > 1 else ""
    said = f'<p class="bw-line">It comes with: {escape(", ".join(claims))}</p>' if claims else ""
    return (
        f'<p class="bw-line"><b>{escape(item.name)}</b></p>'
        f'<p class="bw-line bw-quiet">by {item.door.value}, {local(item.received_at, zone, now)}, '
        f"{ago(item.received_at, now)}{times}</p>"
        f'<p class="bw-line">{escape(item.says)}</p>{said}'
    )


def _turn(page: HeldPage, before: int | None) -> None:
    newest, older, _ = st.columns([1, 1, 4])
    if before is not None:
        newest.button("Newest", key="held-newest", width="stretch", on_click=_go, args=(None,))
    if page.next is not None:
        older.button("Older", key="held-older", width="stretch", on_click=_go, args=(page.next,))


def _go(before: int | None) -> None:
    st.session_state["held-before"] = before


def _refused() -> None:
    """The newest of them, with their reasons."""
    items = client.get("/held", HeldPage, state=HeldState.REFUSED.value, limit=REFUSED).items
    if not items:
        st.html('<p class="bw-line bw-quiet">Nothing was refused.</p>')
    for item in items:
        with st.container(border=True, key=f"refused-{item.id}"):
            st.html(_words(item))
            if item.kept:
                st.button("Try again", key=f"held-again-{item.id}", on_click=_settle, args=(item, "again"))
            else:
                st.html('<p class="bw-line bw-quiet">Its bytes were not kept: have its sender send it again.</p>')


def _settle(item: HeldOut, act: str, camera: str | None = None) -> None:
    def send() -> str:
        done = client.post(f"/held/{item.id}/{act}", SettledOut, AssignIn(camera=camera) if camera else None)
        if act != "discard" and done.state is not HeldState.TAKEN:
            raise Refused(done.says, 422)
        return f"{done.says}."

    tried(send)
