"""Time-lapse: the drawn hours of a camera, played at many times their speed; what nobody woke for is found here."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from api.schemas.park import CameraOut, CameraPage, SiteOut, SitePage
from api.schemas.timelapse import DrawnHourOut, DrawnHourPage, LapseOut
from api.schemas.words import CameraKind
from dashboard import around, client, playing
from dashboard.listing import hour_of

HOURS = 200
KEYS = "Space plays and stops, ← and → go by one picture, ↑ and ↓ change the speed, Home and End go to the ends."


def show() -> None:
    """Choose site, camera and hour; play it."""
    sites = client.get("/sites", SitePage).items
    cameras = [one for one in client.get("/cameras", CameraPage).items if one.kind is not CameraKind.TRAIL]
    sites = [site for site in sites if any(camera.site == site.id for camera in cameras)]
    if not sites:
        st.html(
            '<p class="bw-big">No camera that you may see has a time-lapse: trail cameras choose what they send.</p>'
        )
        return
    with st.container(horizontal=True, key="lapse-choice"):
        site = _site(sites)
        camera = _camera([one for one in cameras if one.site == site.id])
        hour = _hour(site, camera)
    if hour is None:
        _none(site, camera)
        return
    playing.player(client.get(f"/timelapse/{hour.id}", LapseOut), site.time_zone)
    st.html(f'<p class="bw-line bw-quiet bw-desk">{KEYS}</p>')
    st.html(
        f'<p class="bw-line bw-quiet">This hour was drawn by chance before it began, with a probability of '
        f"{hour.probability:.0%}, whatever would move in it. One small picture in ten seconds is kept.</p>"
    )


def _site(sites: Sequence[SiteOut]) -> SiteOut:
    names = {site.id: site.name for site in sites}
    picked = st.selectbox("Site", list(names), format_func=names.__getitem__, key="lapse-site", width=260)
    return next(site for site in sites if site.id == picked)


def _camera(cameras: Sequence[CameraOut]) -> CameraOut:
    picked = st.selectbox("Camera", [one.id for one in cameras], key=f"lapse-camera-{cameras[0].site}", width=220)
    return next(one for one in cameras if one.id == picked)


def _hour(site: SiteOut, camera: CameraOut) -> DrawnHourOut | None:
    """The newest hour with pictures stands first; hours to come are not offered."""
    now = around.now()
    drawn = client.get("/timelapse", DrawnHourPage, camera=camera.id, limit=HOURS).items
    begun = sorted((one for one in drawn if one.begins_at <= now), key=lambda one: one.begins_at, reverse=True)
    if not begun:
        return None
    first = next((place for place, one in enumerate(begun) if one.pictures), 0)
    names = {one.id: hour_of(one, site.time_zone) for one in begun}
    picked = st.selectbox(
        "Hour", list(names), index=first, format_func=names.__getitem__, key=f"lapse-hour-{camera.id}", width=330
    )
    return next(one for one in begun if one.id == picked)


def _none(site: SiteOut, camera: CameraOut) -> None:
    drawn = client.get("/timelapse", DrawnHourPage, camera=camera.id, limit=HOURS).items
    coming = min(drawn, key=lambda one: one.begins_at, default=None)
    if coming is None:
        says = "No hour of this camera is drawn: BEARWATCH_TIMELAPSE_HOURS is 0, or the camera was never watched."
    else:
        says = f"No drawn hour of this camera has begun. The next one: {hour_of(coming, site.time_zone)}."
    st.html(f'<p class="bw-big">{escape(says)}</p>')
