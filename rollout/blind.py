"""Blind: a drawn share of alerts is answered without score or box, so that reports can tell what seeing them does."""

from rollout import trust
from store import tables
from store.session import Session


def drawn(session: Session, alerts: list[int]) -> set[int]:
    """Which of these alerts are answered blind: by their number and the park's seed, whatever they show."""
    park = session.get(tables.Park, 1)
    if park is None or not park.timelapse_seed:
        return set()
    share = trust.read(park.trust).blind_share
    return {one for one in alerts if trust.is_drawn(share, key=f"{park.timelapse_seed}:blind:{one}")}
