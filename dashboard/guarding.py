"""Guarding: how a site's guardrails stand, and the way back to live."""

from html import escape

import streamlit as st

from api.schemas.park import SiteOut
from api.schemas.rules import GuardrailPage, RuleIn, RuleOut
from api.schemas.words import Role
from dashboard import around, client, drawing
from dashboard.listing import guardrail, local
from dashboard.telling import tried

STANDS = {"passes": "holds", "fails": "FAILS", "cannot_tell": "cannot tell, holds"}


def narrowed(site: SiteOut) -> str:
    """What has failed and still holds, in the words of the page."""
    told = site.rule.narrowed if site.rule else []
    if not told:
        return ""
    now, live = around.now(), any(item.live for item in told)
    lead = (
        "ASKS FIRST: warnings go out only after a ranger confirms"
        if live
        else "A guardrail FAILED: the trial goes on"
    )
    lines = "".join(
        f"<div>{escape(guardrail(item.guardrail))}, since {local(item.since, site.time_zone, now)}: "
        f"{escape(item.says)}{' (ends with its fault)' if item.technical else ''}</div>"
        for item in told
    )
    return f'<div class="bw-unprotected"><b>{lead}</b>{lines}</div>{_versions(site)}'


def _versions(site: SiteOut) -> str:
    """Where a version is gone back from; a technical fault is none of the version."""
    if site.rule is None or all(item.technical for item in site.rule.narrowed):
        return ""
    return (
        f'<p class="bw-links"><a href="/versions?site={escape(site.id)}" target="_self">'
        "Another version: compare, or go back</a></p>"
    )


def guardrails(site: SiteOut) -> None:
    """Each guardrail with its numbers, when asked for."""
    if site.rule is None or not site.rule.terms.get("guardrails"):
        return
    if st.toggle("Guardrails", key=f"guardrails-{site.id}"):
        page = client.get(f"/sites/{site.id}/guardrails", GuardrailPage)
        rows = [[guardrail(item.guardrail), STANDS[item.outcome], item.says] for item in page.items]
        st.html(drawing.table(["Guardrail", "Stands", "On what"], rows))


def way_back(site: SiteOut) -> None:
    """Propose the very rule again: going back to live is a widening, and needs a second person."""
    rule = site.rule
    fails = rule is not None and any(item.live and not item.technical for item in rule.narrowed)
    if rule is None or not fails or around.me().role is not Role.ADMIN or site.proposals:
        return
    with st.expander("Go back to live (two people)"):
        reason = st.text_input("What was wrong, and what was done", key=f"back-why-{site.id}")
        if st.button("Propose going back", key=f"back-{site.id}", disabled=not reason.strip()):
            terms = {name: value for name, value in rule.terms.items() if value not in (None, [])}
            told = RuleIn(reason=reason.strip(), **(terms | {"model": rule.model}))
            tried(lambda: f"Revision {client.post('/rules', RuleOut, told).revision} waits for a second person.")
            st.rerun()
