"""Wall: the latest picture of every camera of a site. A silent camera never looks fresh."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

import streamlit as st

from api.schemas.park import CameraOut, CameraPage, SiteOut, SitePage
from api.schemas.words import CameraHealth
from dashboard import ailments, around, client, drawing
from dashboard.client import Refused
from dashboard.dangers import since
from dashboard.listing import ago
from dashboard.telling import told

REFRESH_S = 2.5
ACROSS = 3


def show() -> None:
    """Choose a site, see its cameras."""
    sites = client.get("/sites", SitePage).items
    if not sites:
        st.html('<p class="bw-big">There is no site that you may see.</p>')
        return
    site = _chosen(sites)

    @st.fragment(run_every=REFRESH_S)
    @told
    def tiles() -> None:
        now, cameras = around.now(), client.get("/cameras", CameraPage, site=site.id).items
        if not cameras:
            st.html('<p class="bw-big">This site has no camera.</p>')
        for begin in range(0, len(cameras), ACROSS):
            for column, camera in zip(st.columns(ACROSS), cameras[begin : begin + ACROSS], strict=False):
                column.html(_tile(camera, site.time_zone, now))

    tiles()


def _chosen(sites: Sequence[SiteOut]) -> SiteOut:
    """The site of the address, else the first; kept in the address."""
    names = {site.id: site.name for site in sites}
    asked = st.query_params.get("site")
    if len(sites) > 1:
        asked = st.segmented_control(
            "Site", list(names), default=asked if asked in names else sites[0].id, key="wall-site",
            format_func=lambda site: names[site], label_visibility="collapsed",
        ) or asked  # fmt: skip
    site = next((site for site in sites if site.id == asked), sites[0])
    st.query_params["site"] = site.id
    return site


def _tile(camera: CameraOut, zone: str, now: datetime) -> str:
    """One camera: what it last gave, how old that is, and whether a bear may be there."""
    alive = camera.health is CameraHealth.ALIVE
    classes = " ".join(["bw-tile", *(["bw-bear"] if camera.possible_bear else []), *([] if alive else ["bw-silent"])])
    over = "" if alive else f'<div class="bw-over">SILENT<br>{escape(since(camera, zone, now))}</div>'
    seen = f"picture {ago(camera.last_seen_at, now)}" if alive else camera.says
    bear = ""
    if camera.possible_bear:
        bear = '<br><b class="bw-possible">Possibly a bear</b>, not dismissed'
    masked = ailments.unwatched(camera)
    hidden = f'<br><b class="bw-not-sent">{escape(masked)}</b>' if masked else ""
    return (
        f'<div class="{classes}">{_picture(camera, over)}'
        f'<div class="bw-words"><b>{escape(camera.id)}</b> · {escape(seen)}{bear}{hidden}</div></div>'
    )


def _picture(camera: CameraOut, over: str) -> str:
    if camera.picture is None:
        return f'<div class="bw-none">{over or "no picture yet"}</div>'
    try:
        return drawing.picture(client.picture(camera.picture), alt=f"latest of {camera.id}", over=over)
    except Refused as no:
        return f'<div class="bw-none">no picture: {escape(str(no))}</div>'
