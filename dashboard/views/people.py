"""People: who may sign in, and one's own password."""

from html import escape

import streamlit as st

from api.schemas.park import SitePage
from api.schemas.people import InvitationOut, PersonIn, PersonOut, PersonPage
from api.schemas.words import Role
from dashboard import around, client
from dashboard.telling import tried
from dashboard.views.audit import READERS


def show() -> None:
    """Oneself first; the others for those who may see them."""
    me = around.me()
    where = ", ".join(me.sites) or "all sites"
    st.html(
        f'<p class="bw-big"><b>{escape(me.name)}</b>, {me.role.value}, {escape(where)} · {escape(me.park)}</p>'
        '<p class="bw-links"><a href="/password" target="_self">New password</a>'
        '<a href="/sign-out" target="_self">Sign out</a></p>'
    )
    if me.role not in READERS:
        return
    _invitation()
    for person in client.get("/users", PersonPage).items:
        _person(person)
    if me.role is Role.ADMIN:
        with st.expander("Add somebody"):
            _add()


def _invitation() -> None:
    """The first password of somebody just added, until it is noted: a page drawn anew must not swallow it."""
    made: InvitationOut | None = st.session_state.get("invitation")
    if made is None:
        return
    st.success(f"{made.name} signs in with this password once and then sets another. Note it now:")
    st.code(made.first_password, language=None)
    if st.button("I have noted it: do not show it again", type="primary"):
        del st.session_state["invitation"]
        st.rerun()


def _person(person: PersonOut) -> None:
    marks = [
        person.role.value, ", ".join(person.sites) or "all sites",
        *(["has not set a password yet"] if person.must_change else []),
        *(["made by the demo"] if person.demo else []),
        *(["REVOKED"] if person.revoked else []),
    ]  # fmt: skip
    may = around.me().role is Role.ADMIN and not person.revoked and person.name != around.me().name
    with st.container(border=True):
        words, act = st.columns([4, 1], vertical_alignment="center") if may else (st.container(), None)
        words.html(f'<p class="bw-line"><b>{escape(person.name)}</b> · {escape(" · ".join(marks))}</p>')
        if act is not None:
            with act:
                _revoke(person.name)


def _revoke(name: str) -> None:
    """Two presses: it cannot be undone."""
    with st.popover("Revoke", width="stretch"):
        st.html(f'<p class="bw-line">{escape(name)} is signed out at once and can never sign in again.</p>')
        if st.button(f"Revoke {name}", key=f"revoke-{name}", width="stretch"):
            tried(lambda: str(client.post_raw(f"/users/{client.quoted(name)}/revoke").json().get("says", "revoked")))
            st.rerun()


def _add() -> None:
    sites = {site.id: site.name for site in client.get("/sites", SitePage).items}
    with st.form("add-person", clear_on_submit=True):
        name = st.text_input("Name")
        role = st.selectbox("Role", list(Role), index=0) or Role.RANGER
        where = st.multiselect("Sites (none: all)", list(sites), format_func=lambda site: sites[site])
        sent = st.form_submit_button("Add", type="primary")
    if sent:
        tried(lambda: _invite(name.strip(), role, where))
        st.rerun()


def _invite(name: str, role: Role, sites: list[str]) -> str:
    try:
        told = PersonIn(name=name, role=role, sites=sites)
    except ValueError:
        raise client.Refused(
            "a name has 1 to 80 characters, no / or :, and begins with none of them or a space", 422
        ) from None
    st.session_state["invitation"] = client.post("/users", InvitationOut, told)
    return f"{name} is added."
