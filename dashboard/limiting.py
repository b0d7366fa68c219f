"""Limiting: the guardrails of a proposal, as fields."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

NUMBERS: Mapping[str, tuple[str, float, float]] = {
    "max_alerts_per_day": ("Most alerts a day", 1000.0, 1.0),
    "max_median_minutes_to_verdict": ("Most minutes to a verdict (median)", 1440.0, 1.0),
    "min_precision": ("Least precision", 1.0, 0.05),
    "max_seconds_event_to_alert": ("Most seconds from event to alert", 86_400.0, 10.0),
    "max_out_of_domain_share": ("Largest share unlike the training", 1.0, 0.05),
    "max_failed_deliveries_per_day": ("Most failed deliveries a day", 1000.0, 1.0),
    "max_seeded_tests_missed_per_day": ("Most known clips missed a day", 1000.0, 1.0),
}
"""What each is called, the most that it may be, and a step."""

SWITCHES: Mapping[str, str] = {
    "stop_on_drift_alarm": "On an alarm of the drift report",
    "stop_on_data_fault": "On a fault of the data",
}
WHOLE = ("max_alerts_per_day", "max_failed_deliveries_per_day", "max_seeded_tests_missed_per_day")


def fields(site: str, now: Mapping[str, Any]) -> dict[str, Any]:
    """Filled with those in force; an empty one is left out, and one that is not drawn here stays as it is."""
    found = {name: value for name, value in now.items() if name not in NUMBERS and name not in SWITCHES}
    columns = st.columns(2)
    for number, (name, (label, most, step)) in enumerate(NUMBERS.items()):
        held = None if now.get(name) is None else float(now[name])
        told = columns[number % 2].number_input(
            f"{label} (empty: none)", 0.0, most, held, step, key=f"guard-{site}-{name}"
        )  # fmt: skip
        if told is not None:
            found[name] = int(told) if name in WHOLE else told
    for name, label in SWITCHES.items():
        if st.checkbox(label, value=bool(now.get(name)), key=f"guard-{site}-{name}"):
            found[name] = True
    return found
