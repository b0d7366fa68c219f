"""Verification: sensitivity and specificity where only some answers were checked, and more of the high ones.

Begg and Greenes, "Assessment of diagnostic tests when disease verification is subject to selection bias" (1983): the
share of bears within each answer comes from the checked ones, the weights of the answers from all.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the model said (alert or not) and what people found, of the checked ones; and how many of each there
    are.
    """

    alert_bear: int
    alert_none: int
    quiet_bear: int
    quiet_none: int
    alerts: int
    quiets: int


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """Sensitivity and specificity, as they look among the checked, and corrected."""

    naive_sensitivity: float
    naive_specificity: float
    sensitivity: float
    specificity: float


def corrected(told: Checked) -> Corrected | None:
    """None where one of the answers was never checked or never given, or no bear or nothing but bears was found.

    >>> liver = Checked(alert_bear=231, alert_none=32, quiet_bear=27, quiet_none=54, alerts=429, quiets=221)
    >>> found = corrected(liver)
    >>> round(found.naive_sensitivity, 3), round(found.sensitivity, 3), round(found.specificity, 3)
    (0.895, 0.836, 0.738)
    """
    bears, others = told.alert_bear + told.quiet_bear, told.alert_none + told.quiet_none
    checked = told.alert_bear + told.alert_none, told.quiet_bear + told.quiet_none
    if not all((bears, others, *checked, told.alerts, told.quiets)):
        return None
    alert, quiet = told.alert_bear / checked[0], told.quiet_bear / checked[1]
    with_bear = alert * told.alerts, quiet * told.quiets
    without = (1 - alert) * told.alerts, (1 - quiet) * told.quiets
    return Corrected(
        naive_sensitivity=told.alert_bear / bears, naive_specificity=told.quiet_none / others,
        sensitivity=with_bear[0] / sum(with_bear), specificity=without[1] / sum(without),
    )  # fmt: skip
