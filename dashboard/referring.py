"""Referring: the ratio of model to people that counts as usual at a site, and the two people who accept another."""

from html import escape

import streamlit as st

from api.schemas.drift import AcceptReferenceIn, ReferenceIn, ReferenceOut, ReferencePage, ReferencePreviewOut
from api.schemas.park import SiteOut
from api.schemas.words import Role
from dashboard import around, client, drawing
from dashboard.listing import local
from dashboard.telling import tried

MAY_ACCEPT = (Role.SUPERVISOR, Role.ADMIN)
HEAD = ["Ratio", "90% interval", "Stands", "Because", "By"]
USUAL = "The reference is 1: the model is expected to find as many bears as people do in the same hours."


def references(site: SiteOut) -> None:
    """The one in force, those that wait, those before; and for admins what could be proposed now."""
    found = client.get("/references", ReferencePage, site=site.id).items
    held = next((row for row in found if row.accepted_at and not row.ended_at), None)
    st.html(f'<p class="bw-line">{escape(_in_force(held, site) if held else USUAL)}</p>')
    for row in found:
        if row.accepted_at is None and row.ended_at is None:
            _waiting(row, site)
    if found:
        st.html(drawing.table(HEAD, [_line(row, site) for row in found]))
    if around.me().role is Role.ADMIN:
        _form(site)


def counted(evidence: dict[str, object]) -> str:
    """What a ratio rests on, in one sentence.

    >>> counted({"weeks": 6, "hours": 120.0, "place": "field", "both": 18, "model_only": 22, "manual_only": 2})
    '6 weeks, 120 matched hours in the field: 18 bears seen by both, 22 by the model only, 2 by people only'
    """
    where = "at the desk" if evidence.get("place") == "desk" else "in the field"
    hours = evidence.get("hours")
    told = f"{hours:.0f}" if isinstance(hours, float | int) else "0"
    return (
        f"{evidence.get('weeks')} weeks, {told} matched hours {where}: {evidence.get('both')} bears seen by both, "
        f"{evidence.get('model_only')} by the model only, {evidence.get('manual_only')} by people only"
    )


def _in_force(row: ReferenceOut, site: SiteOut) -> str:
    when = local(row.accepted_at, site.time_zone, around.now()) if row.accepted_at else ""
    return (
        f"The reference is {row.ratio:.2f} ({row.low:.2f} to {row.high:.2f}), accepted by {row.proposed_by} and "
        f"{row.accepted_by}, {when}: a change from it is what counts."
    )


def _line(row: ReferenceOut, site: SiteOut) -> list[str]:
    if row.ended_at is not None:
        stands = f"ended {local(row.ended_at, site.time_zone, around.now())}: {row.ended_why}"
    else:
        stands = "in force" if row.accepted_at else "waits for a second person"
    by = row.proposed_by + (f" and {row.accepted_by}" if row.accepted_by else "")
    return [f"{row.ratio:.2f}", f"{row.low:.2f} to {row.high:.2f}", stands, row.reason, by]


def _waiting(row: ReferenceOut, site: SiteOut) -> None:
    """One that waits, what it rests on, and the second person's button."""
    why = f'<p class="bw-line"><b>Nobody can accept it any more: {escape(row.void)}</b></p>' if row.void else ""
    st.html(
        f'<p class="bw-line"><b>Proposed: {row.ratio:.2f} ({row.low:.2f} to {row.high:.2f})</b> by '
        f"{escape(row.proposed_by)}, {local(row.proposed_at, site.time_zone, around.now())}: {escape(row.reason)}</p>"
        f'<p class="bw-line">{escape(counted(row.evidence))}</p>{why}'
        f'<p class="bw-line bw-quiet">An acceptance is bound to sha256 {row.sha256}</p>'
    )
    me = around.me()
    yes, back, _ = st.columns([2, 2, 3])
    may = me.role in MAY_ACCEPT and row.proposed_by != me.name and not row.void
    if may and yes.button("Accept this reference", key=f"accept-reference-{row.id}", width="stretch"):
        _change(row, "accept", AcceptReferenceIn(sha256=row.sha256))
    if me.role is Role.ADMIN and back.button("Withdraw", key=f"withdraw-reference-{row.id}", width="stretch"):
        _change(row, "withdraw", None)


def _change(row: ReferenceOut, what: str, told: AcceptReferenceIn | None) -> None:
    def send() -> str:
        done = client.post(f"/references/{row.id}/{what}", ReferenceOut, told, timeout=client.LONG_S)
        return f"The reference {done.ratio:.2f} is {'in force' if done.accepted_at else 'taken back'}."

    tried(send)
    st.rerun()


def _form(site: SiteOut) -> None:
    """What the weeks would give now, and the button of the first person."""
    if not st.toggle("Propose the present ratio as the reference (two people)", key=f"propose-{site.id}"):
        return
    told = client.get_slowly(f"/references/preview?site={client.quoted(site.id)}", ReferencePreviewOut)
    lead = "Cannot be proposed: " if told.refused else ""
    st.html(f'<p class="bw-line">{lead}{escape(told.refused or told.says)}</p>')
    if told.refused:
        return
    st.html(f'<p class="bw-line">{escape(counted(told.evidence))}</p>')
    reason = st.text_input("Why this is how it should be", key=f"reference-why-{site.id}").strip()
    if st.button("Propose it", key=f"propose-reference-{site.id}", disabled=not reason):
        tried(lambda: _proposed(site, reason))
        st.rerun()


def _proposed(site: SiteOut, reason: str) -> str:
    told = ReferenceIn(site=site.id, reason=reason)
    done = client.post("/references", ReferenceOut, told, timeout=client.LONG_S)
    return f"The reference {done.ratio:.2f} waits for a second person."
