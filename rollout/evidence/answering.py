"""Answering: whether reviewers still look, from seeded tests whose truth is known.

d' is how well they tell bears from others, the criterion how readily they say bear (below nought: readily). Both with
the log-linear correction, (hits + 1/2) / (n + 1), so that none and all stay finite (Hautus, 1995).
"""

from dataclasses import dataclass

from scipy import special

from model.comparison import wilson
from rollout.evidence.rates import Interval


@dataclass(frozen=True, kw_only=True)
class Answering:
    """Share of true ones confirmed, share of false ones confirmed, d' and the criterion; None without both kinds."""

    hit: float
    false_confirm: float
    d_prime: float
    criterion: float


def answering(confirmed_true: int, true: int, confirmed_false: int, false: int) -> Answering | None:
    """From seeded tests: how many of the true and of the false ones were confirmed.

    >>> told = answering(47, 50, 9, 30)
    >>> round(told.d_prime, 3), round(told.criterion, 3)
    (1.992, -0.49)
    """
    if not true or not false:
        return None
    hits, falses = (
        float(special.ndtri((k + 0.5) / (n + 1))) for k, n in ((confirmed_true, true), (confirmed_false, false))
    )
    return Answering(
        hit=confirmed_true / true, false_confirm=confirmed_false / false, d_prime=hits - falses,
        criterion=-(hits + falses) / 2,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Caught:
    """Share of seeded bears that were caught, Wilson's interval, and p of as few where the goal were met."""

    share: float | None
    interval: Interval
    p_below: float


def caught(found: int, seeded: int, *, goal: float = 0.9) -> Caught:
    """p_below is one-sided and exact; 1 without a seeded test.

    >>> told = caught(19, 25)
    >>> told.share, round(told.p_below, 4)
    (0.76, 0.0334)
    """
    p = 1.0 if found >= seeded else float(special.betaincc(found + 1, seeded - found, goal))
    return Caught(share=found / seeded if seeded else None, interval=wilson(found, seeded), p_below=p)
