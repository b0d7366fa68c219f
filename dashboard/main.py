"""The script of the dashboard: what is around the page, then the page."""

from pathlib import Path

import streamlit as st

from api.schemas.people import MeOut
from dashboard import around, client
from dashboard.telling import last_told, told
from dashboard.views import classify, now, people, review, sites, wall

STYLE = Path(__file__).with_name("style.css")
ICON = Path(__file__).with_name("icon.svg")


def main() -> None:
    """Draw one page for one browser."""
    st.set_page_config(page_title="Bearwatch", page_icon=str(ICON), layout="wide")
    st.html(STYLE)
    places = {
        "now": st.Page(now.show, title="Now", icon=":material/visibility:", default=True),
        "review": st.Page(review.show, title="Review", icon=":material/gavel:", url_path="review"),
        "wall": st.Page(wall.show, title="Wall", icon=":material/grid_view:", url_path="wall"),
        "sites": st.Page(sites.show, title="Sites", icon=":material/tune:", url_path="sites"),
        "classify": st.Page(classify.show, title="Classify", icon=":material/image_search:", url_path="classify"),
        "people": st.Page(people.show, title="People", icon=":material/group:", url_path="people"),
    }
    page = st.navigation(list(places.values()), position="hidden")
    st.session_state["me"] = client.get("/me", MeOut)
    st.session_state.pop("seen", None)
    around.ways(places)
    around.banner()
    last_told()
    told(page.run)()


if __name__ == "__main__":
    told(main)()
