"""The script of the dashboard: what is around the page, then the page."""

from pathlib import Path

import streamlit as st

from api.schemas.people import MeOut
from api.schemas.words import Role
from dashboard import around, client, ways
from dashboard.telling import last_told, told
from dashboard.views import (
    audit,
    cameras,
    classify,
    clean,
    daily,
    demo_year,
    desk,
    incidents,
    label,
    lapse,
    now,
    park,
    people,
    reports,
    review,
    sites,
    unrecognised,
    versions,
    wall,
    watch,
)

STYLE = Path(__file__).with_name("style.css")
ICON = Path(__file__).with_name("icon.svg")


def main() -> None:
    """Draw one page for one browser."""
    st.set_page_config(page_title="Bearwatch", page_icon=str(ICON), layout="wide")
    st.html(STYLE)
    places = {
        "now": st.Page(now.show, title="Now", icon=":material/visibility:", default=True),
        "review": st.Page(review.show, title="Review", icon=":material/gavel:", url_path="review"),
        "watch": st.Page(watch.show, title="Watch", icon=":material/nights_stay:", url_path="manual-watch"),
        "wall": st.Page(wall.show, title="Wall", icon=":material/grid_view:", url_path="wall"),
        "sites": st.Page(sites.show, title="Sites", icon=":material/tune:", url_path="sites"),
        "daily": st.Page(daily.show, title="Daily", icon=":material/compare_arrows:", url_path="daily"),
        "lapse": st.Page(lapse.show, title="Time-lapse", icon=":material/movie:", url_path="time-lapse"),
        "desk": st.Page(desk.show, title="Desk watch", icon=":material/desktop_windows:", url_path="desk-watch"),
        "versions": st.Page(versions.show, title="Versions", icon=":material/compare:", url_path="versions"),
        "cameras": st.Page(cameras.show, title="Cameras", icon=":material/videocam:", url_path="cameras"),
        "classify": st.Page(classify.show, title="Classify", icon=":material/image_search:", url_path="classify"),
        "clean": st.Page(clean.show, title="Clean", icon=":material/cleaning_services:", url_path="clean"),
        "label": st.Page(label.show, title="Label", icon=":material/label:", url_path="label"),
        "unrecognised": st.Page(
            unrecognised.show, title="Unrecognised", icon=":material/unknown_document:", url_path="unrecognised"
        ),
        "park": st.Page(park.show, title="Park", icon=":material/landscape:", url_path="park"),
        "demo_year": st.Page(
            demo_year.show, title="Demo year", icon=":material/calendar_month:", url_path="demo-year"
        ),
        "reports": st.Page(reports.show, title="Reports", icon=":material/monitoring:", url_path="reports"),
        "incidents": st.Page(incidents.show, title="Incidents", icon=":material/report:", url_path="incidents"),
        "audit": st.Page(audit.show, title="Audit", icon=":material/history:", url_path="audit"),
        "people": st.Page(people.show, title="People", icon=":material/group:", url_path="people"),
    }
    page = st.navigation(list(places.values()), position="hidden")
    me = st.session_state["me"] = client.get("/me", MeOut)
    st.session_state.pop("seen", None)
    ways.links(places, page=page, hidden=_hidden(me), titles=_counted(me))
    around.banner()
    around.stop_button()
    last_told()
    told(page.run)()


def _hidden(me: MeOut) -> list[str]:
    """Pages that the API would refuse this person."""
    may = {"clean": me.role in clean.MAY and not me.sites, "label": me.role in label.MAY}
    may["unrecognised"] = unrecognised.may(me)
    may["desk"] = me.role is not Role.AUDITOR
    may["demo_year"] = me.demo_year
    may["audit"] = me.role in audit.READERS
    return [name for name, allowed in may.items() if not allowed]


def _counted(me: MeOut) -> dict[str, str]:
    """What stands in the menu of pages that tell how many wait; the page itself says where that is not known."""
    try:
        return {"unrecognised": unrecognised.title(me)}
    except (client.ApiAway, client.Refused):
        return {}


if __name__ == "__main__":
    told(main)()
