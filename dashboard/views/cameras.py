"""Cameras: how each is, since when, what was measured, and the mend; the oldest view beside the newest picture."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from api.schemas.health import EpisodeOut, EpisodePage, NoteIn, StoragePage
from api.schemas.park import CameraOut, CameraPage, SiteOut, SitePage
from api.schemas.words import CameraFault, Role
from dashboard import ailments, around, client, drawing
from dashboard.client import Refused
from dashboard.telling import tried
from dashboard.views import quiet, watched

MAY = (Role.SUPERVISOR, Role.ADMIN)
WEEK = 50
VIEWS = (CameraFault.MOVED, CameraFault.COVERED, CameraFault.BLURRED)
"""What is seen best beside the reference view."""


def show() -> None:
    """Every camera of every site, those with something wrong first; what was wrong before, below."""
    _of_the_park()
    sites, cameras = client.get("/sites", SitePage).items, client.get("/cameras", CameraPage).items
    for site in sites:
        own = ailments.worst_first([camera for camera in cameras if camera.site == site.id])
        well = [camera for camera in own if ailments.well(camera)]
        st.subheader(site.name)
        for camera in own:
            if camera not in well:
                _one(camera, site)
        for camera in [one for one in well if ailments.unwatched(one)]:
            st.html(
                f'<p class="bw-line"><b>{escape(camera.id)}</b>: '
                f'<b class="bw-not-sent">{escape(ailments.unwatched(camera))}</b></p>'
            )
        if well:
            st.html(f'<p class="bw-line">In order: <b>{escape(", ".join(camera.id for camera in well))}</b></p>')
            _chosen(well, site)
        if not own:
            st.html('<p class="bw-line bw-quiet">This site has no camera.</p>')
    zones = {site.id: site.time_zone for site in sites}
    if st.toggle("What is watched", key="watched"):
        watched.show(cameras, zones)
    quiet.show(cameras, zones)
    if st.toggle("Known bears, once a day", key="known"):
        _known(cameras, zones)
    if st.toggle("What was wrong before", key="episodes"):
        _history()
    if st.toggle("What is kept", key="storage"):
        _storage()


def _of_the_park() -> None:
    """What is wrong with the installation itself, like a full disk."""
    found = client.get("/episodes", EpisodePage, only_open=True).items
    for episode in [one for one in found if one.camera is None]:
        with st.container(border=True):
            st.html(ailments.line(episode, around.me().time_zone, around.now()))
            _acknowledge(episode)


def _one(camera: CameraOut, site: SiteOut) -> None:
    """A camera with something wrong."""
    with st.container(border=True, key=f"camera-{camera.id}"):
        st.html(ailments.head(camera))
        for episode in camera.episodes:
            st.html(ailments.line(episode, site.time_zone, around.now()))
        if any(episode.kind in VIEWS for episode in camera.episodes):
            _pictures(camera)
            _accept(camera)
        for episode in camera.episodes:
            _acknowledge(episode)


def _chosen(well: list[CameraOut], site: SiteOut) -> None:
    """The pictures of a camera in order, for whoever wants to see them or has moved it."""
    picked = st.selectbox(
        "Show the views of", [camera.id for camera in well], index=None, key=f"view-{site.id}",
        placeholder="a camera in order",
    )  # fmt: skip
    for camera in well:
        if camera.id == picked:
            st.html(ailments.head(camera))
            _pictures(camera)
            _accept(camera)


def _pictures(camera: CameraOut) -> None:
    """The reference views beside the latest picture."""
    shown = [("its view by night" if "true" in path else "its view by day", path) for path in camera.reference]
    shown += [("now", camera.picture)] if camera.picture else []
    drawn = []
    for says, path in shown:
        where, _, query = path.partition("?")
        try:
            data = client.picture(where, **dict(part.split("=") for part in query.split("&") if part))
            drawn.append(
                f"<figure>{drawing.picture(data, alt=f'{camera.id}, {says}')}<figcaption>{says}</figcaption></figure>"
            )
        except Refused as no:
            drawn.append(f'<p class="bw-line bw-quiet">{says}: {escape(str(no))}</p>')
    st.html(f'<div class="bw-pair">{"".join(drawn)}</div>')


def _accept(camera: CameraOut) -> None:
    if around.me().role not in MAY:
        return
    with st.expander("It was moved on purpose"), st.form(f"accept-{camera.id}", border=False):
        st.html('<p class="bw-line">The next good pictures become its view. What is measured begins anew.</p>')
        note = st.text_input("Why", key=f"accept-why-{camera.id}", max_chars=500).strip()
        if st.form_submit_button(f"Accept the new view of {camera.id}"):
            _send(f"/cameras/{camera.id}/accept-view", EpisodePage, note, f"The view of {camera.id} begins anew.")


def _acknowledge(episode: EpisodeOut) -> None:
    if around.me().role not in MAY or episode.acknowledged_by is not None:
        return
    with st.expander(f"I know that it is {episode.name}"), st.form(f"know-{episode.id}", border=False):
        note = st.text_input("What is done about it", key=f"know-note-{episode.id}", max_chars=500).strip()
        if st.form_submit_button("No more reminders"):
            _send(f"/episodes/{episode.id}/acknowledge", EpisodeOut, note, "Noted: no more reminders of this.")


def _send(path: str, shape: type[EpisodePage] | type[EpisodeOut], note: str, says: str) -> None:
    def send() -> str:
        if not note:
            raise Refused("say it in a few words first", 422)
        client.post(path, shape, NoteIn(note=note))
        return says

    tried(send)
    st.rerun()


def _known(cameras: Sequence[CameraOut], zones: Mapping[str, str]) -> None:
    """A bear that we know is put into each camera's path: whether it was found."""
    rows = [ailments.known(camera, zones[camera.site], around.now()) for camera in cameras]
    st.html(drawing.table(ailments.KNOWN, rows))
    st.html(
        '<p class="bw-line bw-quiet">Again now: <code>bearwatch known-clip --camera NAME</code> on the server.</p>'
    )


def _history() -> None:
    zone, now = around.me().time_zone, around.now()
    rows = [ailments.past(one, zone, now) for one in client.get("/episodes", EpisodePage, limit=WEEK).items]
    if rows:
        st.html(drawing.table(["Camera", "What", "From", "To", "Lasted", "Measured", "Known by"], rows))
    else:
        st.html('<p class="bw-line bw-quiet">Nothing was wrong yet.</p>')


def _storage() -> None:
    """Each kind of evidence: how much, the oldest, and its budget."""
    found, zone, now = client.get("/storage", StoragePage), around.me().time_zone, around.now()
    st.html(drawing.table(ailments.STORED, [ailments.stored(one, zone, now) for one in found.items]))
    gone = f"{found.dropped} were dropped in all" + (f", the last: {found.dropped_why}" if found.dropped else "")
    st.html(
        f'<p class="bw-line">{found.free_bytes / 1e9:.1f} GB are free; below {found.floor_bytes / 1e9:.1f} GB new '
        f"pictures are refused. {escape(gone)}.</p>"
    )
