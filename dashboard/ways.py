"""Ways: the links to the pages, those used by night at hand and the others one press away."""

from collections.abc import Collection, Mapping, Sequence
from html import escape

import streamlit as st
from streamlit.navigation.page import StreamlitPage

GROUPS: Mapping[str, Sequence[str]] = {
    "At hand": ("now", "review", "watch", "wall", "sites"),
    "The rollout": ("reports", "daily", "incidents", "versions", "audit"),
    "Cameras": ("cameras", "lapse", "desk", "unrecognised"),
    "The model": ("classify", "clean", "label"),
    "The park": ("park", "people", "demo_year"),
}
"""The pages by what they are for; the first stand at hand, under a thumb."""


def links(
    places: Mapping[str, StreamlitPage],
    *,
    page: StreamlitPage,
    hidden: Collection[str] = (),
    titles: Mapping[str, str],
) -> None:
    """Links to the pages: on top on a desk, under the thumb on a phone.

    page: where one is. hidden: not for this person; titles: of pages that say how many wait.
    """
    st.session_state["places"] = places
    at_hand, *others = ([name for name in names if name not in hidden] for names in GROUPS.values())
    with st.container(key="nav", horizontal=True):
        for name in at_hand:
            st.page_link(places[name], label=titles.get(name))
        says = _more(places, at_hand, page, titles)
        with st.container(key=f"more-{page.url_path or 'now'}"), st.popover(says, icon=":material/menu:"):
            for what, names in zip(list(GROUPS)[1:], others, strict=True):
                if names:
                    st.html(f'<p class="bw-group">{escape(what)}</p>')
                for name in names:
                    st.page_link(places[name], label=titles.get(name))


def _more(
    places: Mapping[str, StreamlitPage], at_hand: Sequence[str], page: StreamlitPage, titles: Mapping[str, str]
) -> str:
    """What the button of the other pages says: the one of them that is open, else the one where something waits."""
    opened = next((name for name, one in places.items() if one is page and name not in at_hand), None)
    waits = (title for name, title in titles.items() if name not in at_hand and title != places[name].title)
    return titles.get(opened, page.title) if opened else next(waits, "More")
