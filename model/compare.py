"""Compare: two versions on the same labelled pictures, visit by visit."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ingest.decoding import Decoder
from model import comparison, judging, opening
from model.bundle import Bundle
from model.comparison import Pair, Table
from model.judging import Judged
from model.labels import Labelled
from store.errors import TrainingDataUnusable


def compare(
    a: Bundle, b: Bundle, folder: Path, decoder: Decoder, *, bears: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:  # fmt: skip
    """The object of `model compare`. bears: the folder's labels that are bears, where the versions do not say so.

    Raises TrainingDataUnusable where it is not known of a label whether it is a bear.
    """
    rows = judging.listed(folder)
    marked = frozenset(bears) or _bears(a, b, folder, rows)
    versions = [opening.detector(version) for version in (a, b)]
    judged, unread = judging.judge(versions, folder, rows, decoder, progress)
    visits = _visits(judged, marked)
    pairs = [_pair(visit, of, marked) for visit, of in visits.items()]
    return {
        "a": _told(a), "b": _told(b), "pictures": len(judged), "bear_labels": sorted(marked),
        "visits": {"bear": sum(pair.bear for pair in pairs), "other": sum(not pair.bear for pair in pairs)},
        "recall_bear": _measured(comparison.table(pairs, bear=True)),
        "false_bear": _measured(comparison.table(pairs, bear=False)),
        "only_a": [_shown(pair, visits[pair.visit]) for pair in pairs if pair.a and not pair.b],
        "only_b": [_shown(pair, visits[pair.visit]) for pair in pairs if pair.b and not pair.a],
        "methods": comparison.METHODS,
        "errors": [{"file": str(one.path), "type": one.kind, "detail": one.detail} for one in unread],
    }  # fmt: skip


def _bears(a: Bundle, b: Bundle, folder: Path, rows: Iterable[Labelled]) -> frozenset[str]:
    """The labels that either version marks as bear. Raises where the two contradict each other."""
    both = frozenset(a.bear_labels) | frozenset(b.bear_labels)
    judging.require_known(
        folder, rows, {*a.labels, *b.labels}, who=f"one of {a.name} and {b.name}",
        mend="say which labels of the folder are bears with --bear, or correct the label in labels.csv",
    )  # fmt: skip
    for label in sorted(both & {row.label for row in rows}):
        if any(label in version.labels and label not in version.bear_labels for version in (a, b)):
            raise TrainingDataUnusable(
                f"{label} is a bear to one of {a.name} and {b.name} and none to the other: say which labels are "
                "bears with --bear"
            )
    return both


def _visits(judged: Iterable[Judged], bears: frozenset[str]) -> dict[str, list[Judged]]:
    """Pictures that belong together; those with bears apart from those without, so that a false alarm counts too."""
    visits: dict[str, list[Judged]] = {}
    for one in judged:
        row = one.row
        of = f"{row.camera}/{row.sequence}".lstrip("/") if row.sequence else row.camera or row.file
        visits.setdefault(f"{of} ({'bear' if row.label in bears else 'no bear'})", []).append(one)
    return visits


def _pair(visit: str, of: Sequence[Judged], bears: frozenset[str]) -> Pair:
    """A visit is called a bear when any of its pictures is."""
    a, b = (any(one.found[place].bear for one in of) for place in (0, 1))
    return Pair(visit=visit, bear=of[0].row.label in bears, a=a, b=b)


def _told(version: Bundle) -> dict[str, Any]:
    return {"name": version.name, "sha256": version.sha256, "threshold": version.threshold}


def _measured(table: Table) -> dict[str, Any]:
    exact, middle = comparison.mcnemar(table)
    told = comparison.difference(table)
    return {
        "n": table.n, "both": table.both, "only_a": table.only_a, "only_b": table.only_b, "neither": table.neither,
        "a": (table.both + table.only_a) / table.n if table.n else None,
        "b": (table.both + table.only_b) / table.n if table.n else None,
        "difference": told[0] if told else None, "difference_interval": list(told[1]) if told else None,
        "p": exact if table.n else None, "p_mid": middle if table.n else None,
    }  # fmt: skip


def _shown(pair: Pair, of: Sequence[Judged]) -> dict[str, Any]:
    p_a, p_b = (max(one.found[place].p_bear for one in of) for place in (0, 1))
    return {
        "visit": pair.visit, "bear": pair.bear, "p_bear_a": p_a, "p_bear_b": p_b,
        "files": [str(one.path) for one in of], "labels": sorted({one.row.label for one in of}),
    }  # fmt: skip
