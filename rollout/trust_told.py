"""Trust told: what audited time, second answers, tests and blind reviews say together. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rollout.evidence import agreement, answering, audit, precision
from rollout.evidence.audit import Stratum
from store.vocabulary import Scored, Verdict

ORDER = tuple(Verdict)
NONE_YET = "no audit yet: nobody can say how many bears passed that neither the model nor people saw"


@dataclass(frozen=True, kw_only=True)
class Size:
    """A stratum of one day's draw: pieces of camera time that there were."""

    stratum: Scored
    size: float


@dataclass(frozen=True, kw_only=True)
class Audited:
    """A piece of time that was drawn, with its chance. verdict None: nobody has looked."""

    stratum: Scored
    chance: float
    verdict: Verdict | None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Something that two people answered. first_blind: whether the first saw neither score nor box; None: unknown."""

    first: Verdict
    second: Verdict
    first_blind: bool | None = None


def audited(sizes: Sequence[Size], items: Sequence[Audited], *, found: int) -> dict[str, Any]:
    """Bears missed (Horvitz and Thompson), and what may hide where none was seen. found: bears of alerts, confirmed.

    What was drawn and not answered is taken to be like what was: within a stratum the order is by chance too. Unsure
    is no bear in the estimate, and one in what bounds it.

    >>> items = [Audited(stratum=Scored.LOW, chance=0.1, verdict=Verdict.NOT_BEAR)] * 300
    >>> told = audited([Size(stratum=Scored.LOW, size=3000)], items, found=30)
    >>> told["bears_missed_estimate"], round(told["upper"], 1), round(told["recall_at_least"], 3)
    (0.0, 29.8, 0.502)
    """
    every, drawn = _sizes(sizes), Counter(one.stratum for one in items)
    done = [one for one in items if one.verdict is not None]
    answered = Counter(one.stratum for one in done)
    rows = [
        {
            "stratum": name.value, "items": round(every[name], 3), "drawn": drawn[name], "answered": answered[name],
            **{f"{kind}s": sum(one.stratum is name and one.verdict == kind for one in done) for kind in Verdict},
        }
        for name in Scored if every[name]
    ]  # fmt: skip
    told = {"items": round(sum(every.values())), "drawn": len(items), "answered": len(done), "strata": rows}
    if not done:
        says = NONE_YET if not items else "drawn, and nobody has looked yet: nothing can be said of what is missed"
        nothing = {"bears_missed_estimate": None, "unsure_as": [None, None], "upper": None, "recall_at_least": None}
        return told | nothing | {"says": says}
    low, high = (_estimate(done, drawn, answered, bears) for bears in (NO, YES))
    bears = Counter(one.stratum for one in done if one.verdict in YES)
    strata = [
        Stratum(name=name.value, size=round(every[name]), drawn=answered[name], bears=bears[name])
        for name in Scored if every[name]
    ]  # fmt: skip
    upper = high + audit.missed(strata, found).upper_one_sided
    bounded = math.isfinite(upper)
    return told | {
        "bears_missed_estimate": low, "unsure_as": [low, high], "upper": upper if bounded else None,
        "recall_at_least": found / (found + upper) if bounded and found + upper else None,
        "says": _says(strata, low, upper, bounded),
    }  # fmt: skip


NO, YES = (Verdict.BEAR,), (Verdict.BEAR, Verdict.UNSURE)


def _sizes(sizes: Iterable[Size]) -> dict[Scored, float]:
    found = dict.fromkeys(Scored, 0.0)
    for one in sizes:
        found[one.stratum] += one.size
    return found


def _estimate(
    done: Sequence[Audited], drawn: Mapping[Scored, int], answered: Mapping[Scored, int], bears: Sequence[Verdict]
) -> float:  # fmt: skip
    """The chance of an answer is that of the draw, times the share of the stratum's items that was answered."""
    return audit.weighted(
        (one.verdict in bears, one.chance * answered[one.stratum] / drawn[one.stratum]) for one in done
    )


def _says(strata: Sequence[Stratum], low: float, upper: float, bounded: bool) -> str:
    never = ", ".join(one.name for one in strata if not one.drawn)
    if not bounded:
        return f"about {low:.0f} missed where people looked; of time that scored {never} nobody has looked at any"
    return f"about {low:.0f} bears missed, and at most {upper:.0f} (95%), in camera time without an alert"


def agreed(pairs: Sequence[Answered]) -> dict[str, Any]:
    """How far two people who answered the same agree beyond chance (Cohen's kappa), unsure as an answer of its own.

    >>> told = agreed([Answered(first=Verdict.BEAR, second=Verdict.BEAR)] * 3)
    >>> told["n"], told["share"], told["kappa"], told["says"]
    (3, 1.0, None, 'two people agreed on 3 of 3; kappa cannot be told: chance alone gives as much')
    """
    table = [[sum(one.first is a and one.second is b for one in pairs) for b in ORDER] for a in ORDER]
    found = agreement.kappa(table)
    if found is None:
        return {"n": 0, "agreed": 0, "share": None, "kappa": None, "says": "nothing was answered twice: no evidence"}
    same = sum(table[place][place] for place in range(len(ORDER)))
    told = "cannot be told: chance alone gives as much" if found.kappa is None else f"{found.kappa:.2f}"
    return {
        "n": found.n, "agreed": same, "share": found.observed, "kappa": found.kappa,
        "says": f"two people agreed on {same} of {found.n}; kappa {told}",
    }  # fmt: skip


def seeded(answers: Sequence[tuple[Verdict, Verdict]]) -> dict[str, Any]:
    """Tests with known footage. answers: truth, and what somebody said. Unsure confirms nothing.

    >>> bear, other = Verdict.BEAR, Verdict.NOT_BEAR
    >>> told = seeded([(bear, bear)] * 47 + [(bear, other)] * 3 + [(other, bear)] * 9 + [(other, other)] * 21)
    >>> round(told["d_prime"], 3), round(told["criterion"], 3), told["bears"], told["others"]
    (1.992, -0.49, {'tests': 50, 'confirmed': 47}, {'tests': 30, 'confirmed': 9})
    """
    kinds = {}
    for name, truth in (("bears", Verdict.BEAR), ("others", Verdict.NOT_BEAR)):
        said = [verdict for known, verdict in answers if known is truth]
        kinds[name] = {"tests": len(said), "confirmed": said.count(Verdict.BEAR)}
    bears, others = kinds["bears"], kinds["others"]
    found = answering.answering(bears["confirmed"], bears["tests"], others["confirmed"], others["tests"])
    if not answers:
        says = "no test was answered: no evidence of how people look"
    else:
        says = f"{bears['confirmed']} of {bears['tests']} known bears were called so, "
        says += f"and {others['confirmed']} of {others['tests']} that were none"
    return kinds | {
        "d_prime": found.d_prime if found else None, "criterion": found.criterion if found else None, "says": says,
    }  # fmt: skip


def blinded(firsts: Sequence[tuple[bool | None, Verdict]], pairs: Sequence[Answered]) -> dict[str, Any]:
    """First answers given blind, and those given where the box could be asked for. firsts: blind (None: of before).

    >>> told = blinded([(True, Verdict.BEAR), (False, Verdict.NOT_BEAR)], [])
    >>> told["blind"]["bears"], told["seen"]["answers"], told["says"]
    (1, 1, 'without score and box 1 of 1 were called a bear, with them 0 of 1')
    """
    told = {name: _slice([said for hidden, said in firsts if hidden is blind], pairs, blind)
            for name, blind in (("blind", True), ("seen", False))}  # fmt: skip
    blind, seen = told["blind"], told["seen"]
    says = "no alert was answered without score and box: no evidence"
    if blind["answers"]:
        says = f"without score and box {blind['bears']} of {blind['answers']} were called a bear, "
        says += f"with them {seen['bears']} of {seen['answers']}"
    return told | {"says": says}


def _slice(said: Sequence[Verdict], pairs: Sequence[Answered], blind: bool) -> dict[str, Any]:
    bears, others, unsure = (said.count(one) for one in (Verdict.BEAR, Verdict.NOT_BEAR, Verdict.UNSURE))
    found = precision.precision(bears, others, unsure)
    both = agreed([one for one in pairs if one.first_blind is blind])
    return {
        "answers": len(said), "bears": bears, "not_bears": others, "unsure": unsure, "share": found.share,
        "wilson": list(found.wilson), "agreement": {name: both[name] for name in ("n", "share", "kappa")},
    }  # fmt: skip
