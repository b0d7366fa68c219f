"""What is watched: the masks and zones of one camera, drawn on its latest picture or entered as numbers."""

from collections.abc import Mapping, Sequence
from html import escape
from io import BytesIO

import streamlit as st
from PIL import Image

from api.schemas.masks import EndIn, MaskIn, MaskOut, MaskPage
from api.schemas.park import CameraOut
from api.schemas.words import Light, Role, ViewPartKind
from dashboard import ailments, around, client, drawing, outlines
from dashboard.client import Refused
from dashboard.outlines import DRAWN, LIGHTS, Sides
from dashboard.telling import tried

WIDE = 640
KINDS = {ViewPartKind.MASK: "Not watched", ViewPartKind.ZONE: "Give it a name"}
FIELDS = ("Left %", "Top %", "Width %", "Height %")
FIRST: Sides = (0.0, 0.0, 20.0, 20.0)


def show(cameras: Sequence[CameraOut], zones: Mapping[str, str]) -> None:
    """Choose a camera; see what of its view is watched; admins draw and end. zones: time zones by site."""
    picked = st.selectbox("Camera", [camera.id for camera in cameras], index=None, key="watched-camera")
    camera = next((one for one in cameras if one.id == picked), None)
    if camera is None:
        return
    page = client.get(f"/cameras/{camera.id}/masks", MaskPage)
    masked = ailments.unwatched(camera)
    st.html(f'<p class="bw-line"><b>{escape(masked or "The whole view is watched")}</b></p>')
    picture, may = _held_still(camera), around.me().role is Role.ADMIN
    present = outlines.held(page.items)
    if picture is not None and not may:
        st.html(drawing.picture(picture, alt=f"{camera.id}, what is watched", over=outlines.over(present)))
    if may:
        _draw(camera, present, picture)
        _end(present)
    if page.items:
        rows = [outlines.row(part, zones[camera.site], around.now()) for part in page.items]
        st.html(drawing.table(outlines.HEAD, rows))


def _held_still(camera: CameraOut) -> bytes | None:
    """The picture on which somebody draws: the same one until it is drawn, or another camera is chosen."""
    turn = (camera.id, st.session_state.get("part-turn", 0))
    if st.session_state.get("part-still", (None, None))[0] != turn:
        st.session_state["part-still"] = (turn, _picture(camera))
    still: bytes | None = st.session_state["part-still"][1]
    return still


def _picture(camera: CameraOut) -> bytes | None:
    if camera.picture is None:
        st.html('<p class="bw-line bw-quiet">There is no picture yet: enter the numbers.</p>')
        return None
    try:
        return client.picture(camera.picture)
    except Refused as no:
        st.html(f'<p class="bw-line bw-quiet">no picture: {escape(str(no))}</p>')
        return None


def _draw(camera: CameraOut, present: Sequence[MaskOut], picture: bytes | None) -> None:
    """A rectangle by hand or in numbers, then what it is for."""
    keys = [f"part-{number}-{camera.id}" for number in range(len(FIELDS))]
    for key, first in zip(keys, FIRST, strict=True):
        st.session_state.setdefault(key, first)
    if picture is not None:
        _chart(camera, present, picture, keys)
    with st.container(horizontal=True, key="part-sides"):
        told = [
            st.number_input(field, min_value=0.0, max_value=100.0, step=1.0, format="%.0f", key=key, width=110)
            for field, key in zip(FIELDS, keys, strict=True)
        ]
    kind = st.segmented_control("What for", list(KINDS), default=ViewPartKind.MASK, format_func=KINDS.__getitem__)
    name = light = None
    if kind is ViewPartKind.ZONE:
        name = st.text_input("Name of the place", key="part-name", max_chars=40).strip()
    else:
        light = st.segmented_control("When", list(LIGHTS), default=Light.BOTH, format_func=LIGHTS.__getitem__)
    why = st.text_input("Why is it drawn", key="part-why", max_chars=500).strip()
    if st.button(f"Draw it at {camera.id}", key="part-draw"):
        _save(camera, kind or ViewPartKind.MASK, name, light or Light.BOTH, told, why)


def _chart(camera: CameraOut, present: Sequence[MaskOut], picture: bytes, keys: Sequence[str]) -> None:
    """What is drawn on the picture goes into the numbers."""
    with Image.open(BytesIO(picture)) as opened:
        high = round(WIDE * opened.height / opened.width)
    st.html(
        '<p class="bw-line bw-quiet">Draw a rectangle on the picture, or enter it below. Yellow: not watched. '
        "Blue: has a name.</p>"
    )
    drawn = f"part-chart-{camera.id}-{st.session_state.get('part-turn', 0)}"
    with st.container(width=WIDE, key="part-picture"):
        told = st.vega_lite_chart(
            None, outlines.chart(picture, present).to_dict(), width="stretch", height=high, on_select="rerun",
            selection_mode=DRAWN, key=drawn,
        )  # fmt: skip
    sides = outlines.sides(told["selection"].get(DRAWN) or {})
    if sides is not None and sides != st.session_state.get("part-last"):
        st.session_state["part-last"] = sides
        st.session_state.update(zip(keys, sides, strict=True))


def _save(
    camera: CameraOut, kind: ViewPartKind, name: str | None, light: Light, told: Sequence[float], why: str
) -> None:  # fmt: skip
    def send() -> str:
        left, top, width, height = (side / 100 for side in told)
        if not why:
            raise Refused("say in a few words why", 422)
        if kind is ViewPartKind.ZONE and not name:
            raise Refused("give the place a name", 422)
        if min(width, height) < 0.01 or left + width > 1 or top + height > 1:
            raise Refused("the rectangle must lie inside the picture: left and width together at most 100", 422)
        wanted = MaskIn(kind=kind, name=name or None, light=light, x=left, y=top, w=width, h=height, why=why)
        client.post(f"/cameras/{camera.id}/masks", MaskPage, wanted)
        st.session_state["part-turn"] = st.session_state.get("part-turn", 0) + 1
        st.session_state.pop("part-last", None)
        return f"Drawn at {camera.id}. It holds from now on."

    tried(send)
    st.rerun()


def _end(present: Sequence[MaskOut]) -> None:
    """End one of those that hold."""
    if not present:
        return
    with st.expander("End a mask or a zone"), st.form("part-end", border=False):
        named = {part.id: outlines.named(part) for part in present}
        picked = st.selectbox("Which", list(named), format_func=named.__getitem__)
        why = st.text_input("Why does it end", max_chars=500).strip()
        if st.form_submit_button("End it"):
            _send_end(picked, why)


def _send_end(part: int, why: str) -> None:
    def send() -> str:
        if not why:
            raise Refused("say in a few words why", 422)
        client.post(f"/masks/{part}/end", MaskPage, EndIn(why=why))
        return "Ended. It stays in the list below."

    tried(send)
    st.rerun()
