"""Card: what a bundle is and is not, in words that a ranger understands. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from model.training.order import NONE, Order

FEW = 50
"""A label with fewer pictures than this is known badly."""

FEW_JUDGED = 20
"""Fewer pictures than this say little of a slice."""


def written(order: Order, manifest: Mapping[str, Any], used: Mapping[str, Any], slices: Mapping[str, Any]) -> str:
    """CARD.md. manifest: of the bundle; used: what used.json says; slices: what slices.json says."""
    held = manifest["metrics"]["held_out"]
    bears = " and ".join(manifest["bear"])
    others = ", ".join(label for label in manifest["labels"] if label not in manifest["bear"])
    return "\n".join([
        f"# {order.name}",
        "",
        f"Looks for {bears} in the pictures of fixed cameras. Its other labels: {others}.",
        "",
        "**Measure it on your own cameras, in shadow, before anybody relies on it.**",
        "",
        "## What it can and cannot",
        "",
        *(f"- {line}" for line in limits(held, manifest, used, slices)),
        "",
        "## Numbers",
        "",
        f"On {held['n']} pictures that did not teach it, at the threshold {manifest['threshold']}, by everything "
        "that judges when it serves. Intervals are exact, 95 %.",
        "",
        "| pictures | number | bears found | false bears | right label |",
        "|---|---|---|---|---|",
        *(_row(name, told) for name, told in [("all", held), *slices.items()]),
        "",
        f"Calibration: temperature {manifest['temperature']}; {_gap(held['ece_bear'])} (Brier {held['brier']:.3f}, "
        f"log loss {held['log_loss']:.3f}).",
        "",
        "## Data",
        "",
        f"{used['pictures']} pictures, sha256 of all `{used['data_sha256']}`; {used['left']['pictures']} were left "
        "out"
        + "".join(f"; {count} {reason}" for reason, count in used["left"]["by_reason"].items()) + ".",
        "",
        *_counts("label", used["by_label"]),
        *_counts("camera", used["by_camera"]),
        *_counts("licence", used["by_licence"]),
        "## Made by",
        "",
        f"{order.arch} at {order.recipe.side} pixels, recipe {order.recipe.name}, {order.recipe.epochs} epochs, seed "
        f"{order.seed}; network in {manifest['precision']}{_kept(order.recipe.keeps)}. Base weights: {order.base}"
        + (f" (sha256 `{order.base_sha256}`)." if order.base_sha256 else "."),
        *_second(manifest.get("second"), manifest.get("second_of")),
        "",
    ])  # fmt: skip


def limits(
    held: Mapping[str, Any], manifest: Mapping[str, Any], used: Mapping[str, Any], slices: Mapping[str, Any]
) -> Iterator[str]:
    """What must be known before it is relied on, each in a sentence."""
    bears = sum(
        sum(row)
        for row, label in zip(held["confusion"], manifest["labels"], strict=True)
        if label in manifest["bear"]
    )
    low, high = held["recall_bear_interval"]
    yield f"Of 100 bears like the {bears} that judged it, it finds between {100 * low:.0f} and {100 * high:.0f}."
    _, most = held["false_bear_interval"]
    yield f"Of 100 pictures without a bear, up to {100 * most:.0f} may be called one."
    for name, words in (("night", "at night, by infrared light"), ("day", "by day")):
        if name not in slices:
            yield f"Nothing is known of it {words}: no picture of that kind judged it."
        elif slices[name]["n"] < FEW_JUDGED:
            yield f"Little is known of it {words}: {slices[name]['n']} pictures judged it."
    few = [f"{label} ({sum(told.values())})" for label, told in used["by_label"].items() if sum(told.values()) < FEW]
    if few:
        yield f"It has seen few pictures of {', '.join(few)}."
    cameras = [name for name in used["by_camera"] if name]
    if not cameras:
        yield "No picture names its camera: of a fixed camera, new or old, its numbers say nothing."
    for camera in used["cameras_on_both_sides"]:
        yield f"Camera {camera} both taught and judged it, by other visits: of a new one its numbers say nothing."
    if "" in used["by_licence"]:
        yield f"{sum(used['by_licence'][''].values())} pictures state no licence: ask before it is used commercially."
    if used.get("base") == NONE:
        yield "It began with random weights and knows only what these pictures taught it."
    yield "A small out-of-domain p says that a picture is unlike its own; a large one says nothing."


def _kept(share: float) -> str:
    return f"; {share:g} of what it began with stands in its weights" if share else ""


def _second(told: Mapping[str, Any] | None, of: Mapping[str, str] | None) -> list[str]:
    if told is None:
        return []
    what = "A second, general network"
    if of:
        what = f"A second network, of {of['says']}" + (f" (sha256 `{of['sha256']}`)" if of["sha256"] else "")
    return [
        f"{what}, is heard too at {told['size']} pixels: its word counts {told['whole']:g} of the "
        f"whole picture, {told['parts']:g} of a likely part."
    ]


def _gap(ece: float | None) -> str:
    if ece is None:
        return "too few bears judged it for one number of how far its probabilities hold"
    return f"the mean gap between the p of a bear that it said and how often one was there is {ece:.3f}"


def _row(name: str, told: Mapping[str, Any]) -> str:
    found, false = (_share(told[of], told[f"{of}_interval"]) for of in ("recall_bear", "false_bear"))
    return f"| {name} | {told['n']} | {found} | {false} | {told['accuracy']:.2f} |"


def _share(share: float | None, interval: Sequence[float]) -> str:
    return "" if share is None else f"{share:.2f} ({interval[0]:.2f} to {interval[1]:.2f})"


def _counts(name: str, counts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """A small table: how many pictures of each taught and judged."""
    rows = [f"| {value or 'not stated'} | {told['train']} | {told['valid']} |" for value, told in counts.items()]
    return [f"| {name} | taught | judged |", "|---|---|---|", *rows, ""]
