"""`model challenge`, `compare-live`, `go-back`, `retire`: another version tried at a site, and the way back."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.printing import As, Json, as_json, say

if TYPE_CHECKING:
    from api.schemas.versions import ComparisonOut, MeasuredOut


def add_to(model: typer.Typer) -> None:
    """Add these commands."""
    model.command("challenge")(challenge)
    model.command("compare-live")(compare_live)
    model.command("go-back")(go_back)
    model.command("retire")(retire)


def challenge(
    site: str, who: As, bundle: Annotated[str | None, typer.Argument(help="A known version, or a folder.")] = None,
    reason: Annotated[str, typer.Option(help="Why it is tried.")] = "",
    end: Annotated[bool, typer.Option("--end", help="No more frames for the challenger.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Let another version look at SITE's frames in shadow. It decides nothing, and never slows the one in force."""
    from api import settings, versions, wiring
    from api.cli.acting import actor
    from rollout import challenges
    from store.session import transaction

    if end == (bundle is not None):
        raise typer.BadParameter("name a BUNDLE to begin with, or say --end")
    name = _known(bundle) if bundle is not None else ""
    with wiring.opened(settings.read()) as system:
        by, default, now = actor(system.engine, who), wiring.register_default(system), wiring.now()
        with transaction(system.engine) as session:
            done = (
                challenges.end(session, site, by=by, now=now)
                if end
                else challenges.begin(session, site, name, by=by, reason=reason, default_model=default, now=now)
            )
    if json:
        as_json(versions.challenge(done).model_dump(mode="json"))
    elif end:
        say(f"{done.model_name} no longer looks at the frames of {site}; what it said stays")
    else:
        say(
            f"{done.model_name} looks at the frames of {site} in shadow; "
            f"`bearwatch model compare-live {site}` compares"
        )


def compare_live(
    site: str,
    model: Annotated[str | None, typer.Option(help="A version; else the challenger, or the last one.")] = None,
    weeks: Annotated[int, typer.Option(min=1, max=104)] = 8,
    json: Json = False,
) -> None:
    """Compare the version in force with its challenger by visit: both, only the old, only the new."""
    from api import settings, versions, wiring
    from rollout import versions as at_work
    from store.session import reading

    with wiring.opened(settings.read()) as system:
        default, now = wiring.register_default(system), wiring.now()
        with reading(system.engine) as session:
            found = at_work.compare(session, site, default_model=default, now=now, model=model, weeks=weeks)
            told = versions.comparison(found)
            challenged = versions.challenge(found.challenge, found.counts) if found.challenge else None
    if json:
        plain = challenged.model_dump(mode="json") if challenged else None
        as_json({"site": site, "weeks": weeks, **told.model_dump(mode="json"), "challenge": plain})
        return
    if challenged is not None:
        say(
            f"{challenged.model_name} since {challenged.begun_at:%Y-%m-%d}: {challenged.scored} frames looked at, "
            f"{challenged.waiting} waiting, {challenged.skipped} skipped"
        )
    for line in sentences(told):
        say(line)


def go_back(
    site: str, who: As, reason: Annotated[str, typer.Option(help="Why, in a few words.")], json: Json = False
) -> None:
    """End SITE's canary, or put the version approved before in force. One person may, at any time."""
    from api.cli.rules import change
    from rollout import proposals, version_back

    def back(session: Any, by: Any, now: Any) -> Any:
        row = version_back.go_back(session, site, by=by, reason=reason, now=now)
        assert row is not None  # a person is told why not by an error
        return proposals.view(session, row, now)

    change(back, who, json)


def retire(model: str, who: As, json: Json = False) -> None:
    """No rule can be proposed with this version any more. What it said stays."""
    from api import settings, wiring
    from api.cli.acting import actor
    from rollout import challenges
    from store.session import transaction

    with wiring.opened(settings.read()) as system:
        by, default = actor(system.engine, who), wiring.register_default(system)
        with transaction(system.engine) as session:
            row = challenges.retire(session, model, by=by, default_model=default, now=wiring.now())
    if json:
        as_json({"name": row.name, "sha256": row.sha256, "retired_at": row.retired_at})
    else:
        say(f"{row.name} can no longer be proposed")


def _known(bundle: str) -> str:
    """A version's name; a folder is made known first."""
    from pathlib import Path

    from api.cli import models
    from model.bundle import MANIFEST

    if (Path(bundle) / MANIFEST).is_file():
        return models.make_known(Path(bundle)).sha256
    return bundle


def sentences(told: "ComparisonOut") -> list[str]:
    """The comparison in words."""
    lines = [
        f"{told.frames} frames that both looked at, {told.visits} visits that either called a bear",
        *_measured("all", told, told.old, told.new),
        *(line for name, part in told.slices.items() for line in _measured(name, part, told.old, told.new)),
        *_measured("people said bear", told.reviewed.bear, told.old, told.new),
        *_measured("people said not a bear", told.reviewed.not_bear, told.old, told.new),
    ]
    if told.by_frame is not None:
        lines.append(
            f"frames: only {told.old} {told.by_frame.only_old}, only {told.new} {told.by_frame.only_new}, "
            f"sign flip over visits p {told.by_frame.p_sign_flip:.4f}"
        )
    if told.cost.old_ms is not None and told.cost.new_ms is not None:
        lines.append(f"cost: {told.old} {told.cost.old_ms:g} ms a frame, {told.new} {told.cost.new_ms:g} ms")
    return [*lines, f"test: {told.methods['test']}", f"interval: {told.methods['interval']}"]


def _measured(name: str, of: "MeasuredOut", old: str, new: str) -> list[str]:
    if not of.both + of.only_old + of.only_new:
        return []
    assert of.difference is not None
    assert of.difference_interval is not None
    low, high = of.difference_interval
    return [
        f"{name}: both {of.both}, only {old} {of.only_old}, only {new} {of.only_new}; difference "
        f"{of.difference:+.2f} ({low:+.2f} to {high:+.2f}), p {of.p:.4f}"
    ]
