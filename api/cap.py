"""CAP 1.2 (OASIS) alerts inside an Atom feed (RFC 4287)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, tostring

from rollout.actors import Actor
from store import tables
from store.vocabulary import Role

ATOM, CAP = "http://www.w3.org/2005/Atom", "urn:oasis:names:tc:emergency:cap:1.2"
SHOWN_FOR = timedelta(hours=24)
STANDS_FOR = timedelta(hours=6)
"""From its sending on; the description says when the bear was seen."""

KILOMETRE = 1.0


def atom(entries: Sequence[tuple[tables.Alert, tables.Site]], *, who: Actor, now: datetime) -> bytes:
    """The feed. Positions of sensitive sites are rounded for everyone but rangers."""
    feed = Element("feed", xmlns=ATOM)
    _text(feed, "id", "urn:bearwatch:cap")
    _text(feed, "title", "Bearwatch: confirmed bears")
    _text(feed, "updated", _time(max((row.decided_at or row.raised_at for row, _ in entries), default=now)))
    for row, site in entries:
        entry = SubElement(feed, "entry")
        _text(entry, "id", f"urn:bearwatch:alert:{row.id}")
        _text(entry, "title", f"Bear at {site.name}")
        _text(entry, "updated", _time(row.decided_at or row.raised_at))
        author = SubElement(entry, "author")
        _text(author, "name", "Bearwatch")
        content = SubElement(entry, "content", type="application/cap+xml")
        content.append(_alert(row, site, exact=not site.sensitive or who.role is not Role.AUDITOR))
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _alert(row: tables.Alert, site: tables.Site, *, exact: bool) -> Element:
    alert = Element("alert", xmlns=CAP)
    _text(alert, "identifier", f"bearwatch-{row.id}")
    _text(alert, "sender", "bearwatch")
    _text(alert, "sent", _time(row.decided_at or row.raised_at))
    for name, value in (("status", "Actual"), ("msgType", "Alert"), ("scope", "Restricted")):
        _text(alert, name, value)
    _text(alert, "restriction", "rangers" if row.audience == "rangers" else "rangers and campers")
    info = SubElement(alert, "info")
    told = {
        "category": "Safety", "event": "Bear", "urgency": "Immediate", "severity": "Severe", "certainty": "Observed",
        "expires": _time((row.decided_at or row.raised_at) + STANDS_FOR), "headline": f"Bear at {site.name}",
        "description": (
            f"A bear was seen by camera {row.camera_id} at {row.taken_at:%Y-%m-%d %H:%M} UTC "
            "and confirmed by a ranger."
        ),
    }  # fmt: skip
    for name, value in told.items():
        _text(info, name, value)
    area = SubElement(info, "area")
    _text(area, "areaDesc", site.name)
    digits = 5 if exact else 2
    _text(area, "circle", f"{round(site.latitude, digits)},{round(site.longitude, digits)} {KILOMETRE}")
    return alert


def _text(parent: Element, name: str, value: str) -> None:
    SubElement(parent, name).text = value


def _time(at: datetime) -> str:
    """CAP wants an offset in digits, never Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S-00:00")
