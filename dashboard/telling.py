"""Telling: what went wrong while asking, in words, at the place where it would have been shown."""

from collections.abc import Callable
from functools import wraps

import streamlit as st

from dashboard.client import AWAY, ApiAway, Refused, SignInNeeded

SIGN_IN = '<p class="bw-big"><a href="/sign-in" target="_self">Sign in</a> to see this page.</p>'
TO_SIGN_IN = """<script>
window.location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
</script>"""
"""The sign-in page leads back here."""


def told(view: Callable[[], None]) -> Callable[[], None]:
    """The view; whatever the API answers instead of what it asked for is said in words."""

    @wraps(view)
    def shown() -> None:
        try:
            view()
        except SignInNeeded:
            st.html(SIGN_IN)
            st.html(TO_SIGN_IN, unsafe_allow_javascript=True)
        except ApiAway:
            st.error(AWAY, icon=":material/cloud_off:")
        except Refused as no:
            st.error(str(no), icon=":material/block:")

    return shown


def tried(change: Callable[[], str | None]) -> str | None:
    """Make a change and say how it went; the words stay for the next time the page is drawn."""
    try:
        said = change()
    except Refused as no:
        st.session_state["told"] = ("no", str(no))
        return None
    except ApiAway:
        st.session_state["told"] = ("no", f"{AWAY} It is not known whether this was done: look before trying again.")
        return None
    st.session_state["told"] = ("yes", said or "done")
    return said


def last_told() -> None:
    """Show what the last change came to, once, in a place that is always there: what lies below must not move up."""
    place = st.empty()
    how, says = st.session_state.pop("told", (None, ""))
    if how == "no":
        place.error(says, icon=":material/block:")
    elif how == "yes":
        place.success(says, icon=":material/check:")


def written(*parts: str) -> None:
    """Pieces of HTML below each other; nothing where all are empty."""
    if any(parts):
        st.html("".join(parts))
