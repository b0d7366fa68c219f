"""docs/situations.md, made of the very table that the tests ask: `python -m tests.docs.situations` writes it anew."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "data" / "decisions" / "cases.json"
PAGE = ROOT / "docs" / "situations.md"
HEAD = """# Situations and what is decided

One line is one situation: what it is, the stage of the rule in force, what the model found, what else is so, and what
is decided, with its reason. A line that you would decide otherwise is worth a word to whoever looks after Bearwatch:
the table is `tests/data/decisions/cases.json`, a test holds the code to it, and this page is made of it.

A bear of p 0.9 is seen, and the threshold is 0.5, where a line says nothing else. *Recorded* is written down and sent
to nobody; *joins* means that its visit has been told already. What each reason means is in the
[glossary](glossary.md) and the [reference](reference.md#reasons-of-decisions).

| situation | stage | found | besides | decided | reason |
|---|---|---|---|---|---|
"""
ACTS = {
    "nothing": "nothing", "record": "recorded", "join": "joins", "ask": "rangers are asked",
    "warn": "people are warned",
}  # fmt: skip
DONE = {"record": "recorded", "ask": "asked about", "warn": "warned of"}
BESIDES = {
    "threshold": "the rule's threshold is {}", "origin": "it comes from: {}", "stopped": "stopped by {}",
    "received_minutes_ago": "it has waited {} minutes", "taken_minutes_ago": "taken {} minutes ago",
    "receivers": "{} receivers", "before_p": "the surest before: p {}", "seen_at": "seen {} before",
    "last_alert_minutes_ago": "another alert {} minutes ago", "cooldown_minutes": "the cooldown is {} minutes",
    "alerts_today": "{} alerts today", "cap": "the rule allows {} a day", "narrowed": "a guardrail failed ({})",
    "raised_minutes_ago": "by our clock {} minutes ago",
}  # fmt: skip
YES_NO = {
    "inside": ("in scope", "out of scope"), "quiet": ("in a quiet place", "in no quiet place"),
    "learning": ("the view is new", "the view is known"),
    "inside_by_receipt": ("in scope by the time of receipt", "out of scope by the time of receipt"),
}  # fmt: skip


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_line(case) for case in json.loads(CASES.read_text()))


def _line(case: Mapping[str, Any]) -> str:
    act, reason, _ = case["expect"]
    told = case["situation"]
    besides = "; ".join(says for key, value in told.items() if key != "stage" for says in _besides(key, value))
    cells = (case["name"], told.get("stage") or "none", _found(case["found"]), besides, ACTS[act], reason)
    return f"| {' | '.join(cells)} |\n"


def _found(told: Mapping[str, Any]) -> str:
    if told.get("failed") or told.get("none"):
        return "not opened" if told.get("failed") else "not scored"
    parts = [f"{told.get('label', 'bear').replace('_', ' ')}, p {told.get('p_bear', 0.9):g}"]
    if "out_of_domain_p" in told:
        unlike = told["out_of_domain_p"]
        parts.append("no bank to compare with" if unlike is None else f"unlike its training: p {unlike:g}")
    return "; ".join(parts)


def _besides(key: str, value: Any) -> list[str]:
    if key == "raised":
        return [
            f"{DONE[act]} {minutes:g} minutes ago{', in a quiet place' if how else ''}"
            for act, minutes, *how in value
        ]
    if key in YES_NO:
        return [YES_NO[key][0 if value else 1]]
    return [BESIDES[key].format(f"{value:g}" if isinstance(value, float) else value)]


if __name__ == "__main__":
    PAGE.write_text(page())
