"""`watch-log add`: one watch, or one bear, without a file."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from api.cli.printing import As, Json, as_json, say
from store.vocabulary import Sureness, WatchMode, WatchPlace

if TYPE_CHECKING:
    from rollout.actors import Actor
    from store import tables
    from store.session import Session

TIME = "now, 20:15, 2026-11-24 20:15, or with an offset; site time where none is given."


def add(
    site: Annotated[str, typer.Option(help="The site's id.")],
    who: As,
    start: Annotated[str | None, typer.Option(metavar="TIME", help=f"A watch begins: {TIME}")] = None,
    end: Annotated[str | None, typer.Option(metavar="TIME", help="It ends; alone: the one you have open.")] = None,
    mode: Annotated[WatchMode, typer.Option(help="What you could see of the model.")] = WatchMode.BLIND,
    place: Annotated[WatchPlace, typer.Option(help="Where you sat.")] = WatchPlace.FIELD,
    told: Annotated[
        bool | None,
        typer.Option("--told-otherwise/--not-told", help="Blind, at its end: were you told what the model saw?"),
    ] = None,
    saw: Annotated[str | None, typer.Option(metavar="TIME", help="You saw a bear then.")] = None,
    count: Annotated[int, typer.Option(min=1, max=20, help="How many.")] = 1,
    sure: Annotated[Sureness, typer.Option(help="How sure you are.")] = Sureness.CERTAIN,
    spot: Annotated[str | None, typer.Option(help="Where, in words.")] = None,
    camera: Annotated[str | None, typer.Option(help="The camera that it was near.")] = None,
    species: Annotated[str, typer.Option(help="What kind.")] = "bear",
    source: Annotated[str, typer.Option(help="watch, patrol, visitor, or your own word.")] = "watch",
    note: Annotated[str | None, typer.Option(help="Anything else.")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Add a watch (--start, --end) or a bear (--saw), or both: the watch first. The same again adds nothing."""
    from api import settings, watched, wiring
    from api.cli.acting import actor
    from rollout.watching import Sight
    from store import park
    from store.session import transaction

    if start is None and end is None and saw is None:
        raise typer.BadParameter("say --start, --end or --saw, each with a time; --help shows how")
    if end is not None and mode is WatchMode.BLIND and told is None and start is not None:
        raise typer.BadParameter("a blind watch ends with an answer: --not-told, or --told-otherwise")
    with wiring.opened(settings.read()) as system:
        by, now = actor(system.engine, who), wiring.now()
        with transaction(system.engine) as session:
            zone = ZoneInfo(park.site(session, site).time_zone)
            began, ended, at = (_moment(one, zone, now) for one in (start, end, saw))
            watch = _watch(session, site, (began, ended), (mode, place, told), by, now)
            sight = Sight(
                at=at, species=species, bears=count, sure=sure, spot=spot, camera=camera, source=source, note=note
            )  # fmt: skip
            seen = _seen(session, site, sight, by, now) if at else None
            out = {
                "session": watched.session_out(session, watch).model_dump(mode="json") if watch else None,
                "sighting": watched.sighting_out(session, seen).model_dump(mode="json") if seen else None,
            }  # fmt: skip
    if json:
        as_json(out)
        return
    for kind, row in out.items():
        if row:
            doubts = "; ".join(one["says"] for one in row["doubts"])
            say(f"{kind} {row['id']} at {site}" + (f": {doubts}" if doubts else ""))


def _watch(
    session: "Session", site: str, times: tuple[datetime | None, datetime | None],
    how: tuple[WatchMode, WatchPlace, bool | None], by: "Actor", now: datetime,
) -> "tables.WatchSession | None":  # fmt: skip
    from rollout import watch_import, watching
    from store import watching as rows
    from store.errors import NotAllowedNow

    (began, ended), (mode, place, told) = times, how
    if began is not None:
        key = watch_import.key(site, began, ended, by.name, mode, place)
        return watching.start(
            session, site, mode=mode, place=place, at=began, until=ended, told_otherwise=told, key=key, by=by, now=now
        )
    if ended is None:
        return None
    held = next((row for row in rows.open_ones(session, by.id) if row.site_id == site), None)
    if held is None:
        raise NotAllowedNow(f"{by.name} has no open watch at {site}: give its --start too")
    return watching.end(session, held.id, told_otherwise=told, at=ended, by=by, now=now)


def _seen(session: "Session", site: str, sight: object, by: "Actor", now: datetime) -> "tables.Sighting":
    from rollout import watch_import, watching
    from rollout.watching import Sight

    assert isinstance(sight, Sight)
    key = watch_import.key(site, sight.at, sight.species, sight.bears, by.name, sight.source)
    return watching.note(session, site, sight, key=key, by=by, now=now)


def _moment(told: str | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    from rollout import watch_table

    try:
        return None if told is None else watch_table.moment(told, zone, now=now)
    except watch_table.Wrong as fault:
        raise typer.BadParameter(str(fault)) from None
