"""Playing: the pictures of an hour one after the other in the browser, its gaps shown as gaps."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from api.schemas.desk import DeskHourOut
from api.schemas.timelapse import BlankOut, LapseOut

HERE = Path(__file__).parent
HTML = '<div class="player" tabindex="0"></div>'


def player(lapse: LapseOut, zone: str) -> None:
    """Mount the player. zone: the time zone in which its clock is shown. Pictures are asked for by the browser."""
    _component()(key="player", data=told(lapse, zone))


def watched(hour: DeskHourOut, *, session: int, site: str, zone: str, fastest: int) -> None:
    """Mount the player for the desk watch. It tells the API itself what is pressed: nothing waits for the page."""
    desk = {"session": session, "site": site, "hour": hour.hour, "fastest": fastest}
    data = {**told(hour.lapse, zone), "desk": desk}
    _component()(key=f"desk-{session}-{hour.hour}", data=data, on_next_change=lambda: None)


def told(lapse: LapseOut, zone: str) -> dict[str, Any]:
    """What the player is given; moments as milliseconds since 1970."""
    return {
        "camera": lapse.camera, "zone": zone, "begins": _ms(lapse.begins_at), "ends": _ms(lapse.ends_at),
        "pictures": [{"id": one.id, "at": _ms(one.taken_at), "src": one.picture} for one in lapse.items],
        "gaps": _spans(lapse.gaps), "blind": _spans(lapse.blind),
    }  # fmt: skip


@cache
def _component() -> Any:
    return st.components.v2.component(
        "bearwatch_player", html=HTML, css=(HERE / "player.css").read_text(encoding="utf-8"),
        js=(HERE / "player.js").read_text(encoding="utf-8"),
    )  # fmt: skip


def _spans(blanks: Sequence[BlankOut]) -> list[dict[str, Any]]:
    return [{"since": _ms(one.since), "until": _ms(one.until), "says": one.says} for one in blanks]


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
