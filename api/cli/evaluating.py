"""What `model evaluate` says to people: the whole, then each slice, then whether its probabilities hold."""

from collections.abc import Mapping
from typing import Any

WORST = 5


def sentences(told: Mapping[str, Any]) -> list[str]:
    """The object of `model evaluate` in lines. A share of nothing is a dash."""
    lines = [
        f"{told['n']} pictures: accuracy {_share(told['accuracy'])}",
        f"bears found {_share(told['recall_bear'])} {_interval(told['recall_bear_interval'])}",
        f"false bears {_share(told['false_bear'])} {_interval(told['false_bear_interval'])}",
        f"Brier {told['brier']:.4f}, log loss {told['log_loss']:.4f}, {_calibration(told)}",
        f"{'slice':28} {'n':>5} {'bears found':>12} {'false bears':>12}",
    ]
    for name, part in told["slices"].items():
        lines.append(f"{name:28} {part['n']:5} {_share(part['recall_bear']):>12} {_share(part['false_bear']):>12}")
    lines.append("said p of a bear, and how often it was one:")
    for point in told["reliability"]:
        off = "" if point["covers"] else "  off"
        lines.append(
            f"  {point['mean_p']:.3f}  {point['share']:.3f} {_interval(point['interval'])} n {point['n']}{off}"
        )
    for loss in told["top_losses"][:WORST]:
        lines.append(f"worst: {loss['file']} is {loss['actual']}, said {loss['predicted']} (loss {loss['loss']:.2f})")
    if told["errors"]:
        lines.append(f"{len(told['errors'])} pictures could not be judged (--json names them)")
    return lines


def _calibration(told: Mapping[str, Any]) -> str:
    if told["ece_bear"] is None:
        return "too few bears for one calibration number: see the points"
    return f"calibration error {told['ece_bear']:.4f}"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _interval(bounds: tuple[float, float]) -> str:
    return f"({bounds[0]:.3f} to {bounds[1]:.3f})"
