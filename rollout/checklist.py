"""The exit checklist: what a site needs before its next step, what it has, and by when it would have it. Pure.

Shadow to trial asks for workload and faults, since people check every alert; to live asks for evidence too. Three
answers: it holds, it does not, or nobody can tell; cannot tell holds the site where it is.
"""

from collections.abc import Mapping, Sequence

from rollout import shadow_exit, trial_exit
from rollout.exit_facts import Facts, Item
from rollout.gates import Needs
from rollout.stages import Missing
from store.vocabulary import Audience, Stage

NEXT: Mapping[tuple[Stage, Audience], tuple[Stage, Audience]] = {
    (Stage.SHADOW, Audience.RANGERS): (Stage.TRIAL, Audience.RANGERS),
    (Stage.TRIAL, Audience.RANGERS): (Stage.LIVE, Audience.RANGERS),
    (Stage.LIVE, Audience.RANGERS): (Stage.LIVE, Audience.CAMPERS),
}
"""The steps that need the checklist; off to shadow sends nothing, so it needs nothing."""


def items(stage: Stage, facts: Facts, needs: Needs) -> tuple[Item, ...]:
    """The checklist of a step to a stage; empty where nothing is sent."""
    if stage not in (Stage.TRIAL, Stage.LIVE):
        return ()
    found = tuple(shadow_exit.every(facts, needs))
    if stage is Stage.TRIAL:
        return (*found, shadow_exit.looked_at(facts))
    return (*found, *trial_exit.every(facts, needs))


def unmet(found: Sequence[Item]) -> tuple[Missing, ...]:
    """What does not hold, as a proposal's list of what it lacks says it."""
    return tuple(
        Missing(
            what=f"exit checklist: {item.what}", has=item.has, needs=item.needs,
            by=item.by.isoformat() if item.by else None,
        )
        for item in found if item.met is not True
    )  # fmt: skip


def fallen(before: Sequence[Item], now: Sequence[Item]) -> tuple[str, ...]:
    """Items that held and do not any more, in words."""
    held = {item.what for item in before if item.met}
    return tuple(
        f"{item.what}: has {item.has}, needs {item.needs}"
        for item in now
        if item.what in held and item.met is not True
    )
