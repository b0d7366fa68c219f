"""What is done because of one frame: a situation gives a decision with its reason. Pure; the heart.

Cannot tell holds: it goes to rangers and never silences.
"""

from collections.abc import Callable
from datetime import timedelta

from model.detections import Detection, Failed, Found
from rollout import places, visits
from rollout.situations import LOUDNESS, Decision, Situation
from rollout.terms import Terms
from store.vocabulary import Act, Origin, Reason, Stage

TOO_LATE = timedelta(hours=2)
"""A frame that waited longer than this for its decision wakes nobody."""

AGAIN = timedelta(minutes=60)
"""A visit that goes on for this long after its alert alerts again."""

JUMP = 0.25
"""So much surer than the surest frame before: what was doubtful then may be another animal now."""

SETTLES = timedelta(seconds=60)
"""For this long after an alert a rising score is the same animal coming nearer."""

UNLIKE = 0.01
"""An out-of-domain p below this: unlike anything that the model version was trained on."""


def decide(found: Found | None, situation: Situation) -> Decision:
    """Decide one frame. found is None where no rule wanted it scored."""
    terms = situation.terms
    if terms is None:
        return _nothing(Reason.NO_RULE, Stage.OFF, "the site has no rule in force")
    if terms.stage is Stage.OFF:
        return _nothing(Reason.OFF, Stage.OFF, "the rule in force is off: the model does not run")
    if found is None:
        return _nothing(Reason.UNREADABLE, terms.stage, "the frame was not scored")
    if isinstance(found, Failed):
        return _nothing(Reason.UNREADABLE, terms.stage, found.detail)
    return _harmless(found, terms, situation) or _withheld(found, situation) or _loud(found, terms, situation)


def _harmless(found: Detection, terms: Terms, situation: Situation) -> Decision | None:
    """What is no bear, or not for people's eyes now."""
    if found.p_bear < situation.threshold:
        if found.label == visits.EMPTY:
            return _nothing(Reason.NOTHING_FOUND, terms.stage, f"nothing found (p {found.p_bear:.2f})")
        says = f"{found.label}; bear p {found.p_bear:.2f} is below {situation.threshold:.2f}"
        return _nothing(Reason.BELOW_THRESHOLD, terms.stage, says)
    if situation.origin is Origin.BULK:
        return _nothing(Reason.BULK_IMPORT, Stage.SHADOW, "read in from a card: evidence only")
    if situation.origin is Origin.SEEDED:
        return _nothing(Reason.SEEDED_TEST, Stage.SHADOW, "a known picture put in as a test: found, nobody is told")
    return None


def _stopped(situation: Situation) -> str | None:
    return situation.stopped and f"stopped ({situation.stopped})"


def _outside(situation: Situation) -> str | None:
    """A clock that may be wrong silences nothing: the frame is outside only by both times."""
    by_receipt = situation.inside_by_receipt
    if situation.inside.yes or (by_receipt is not None and by_receipt.yes):
        return None
    return f"outside the rule's scope: {situation.inside.says}"


def _quiet(situation: Situation) -> str | None:
    """A visit that was loud elsewhere, or before, is no visit of that place alone."""
    return situation.quiet if all(alert.quiet for alert in situation.raised) else None


def _shadow(situation: Situation) -> str | None:
    stage = situation.terms.stage if situation.terms else Stage.OFF
    return "stage shadow" if stage is Stage.SHADOW else None


def _late(situation: Situation) -> str | None:
    waited = situation.now - situation.received_at
    return f"it waited {waited.total_seconds() / 3600:.1f} hours for this decision" if waited > TOO_LATE else None


WITHHOLDS: tuple[tuple[Reason, Callable[[Situation], str | None]], ...] = (
    (Reason.KILL_SWITCH, _stopped),
    (Reason.OUTSIDE_SCOPE, _outside),
    (Reason.QUIET_PLACE, _quiet),
    (Reason.SHADOW, _shadow),
    (Reason.TOO_LATE, _late),
)
"""What makes an alert one that would have been, in the order asked."""


def _withheld(found: Detection, situation: Situation) -> Decision | None:
    for reason, why in WITHHOLDS:
        if says := why(situation):
            return _recorded(found, situation, reason, says)
    return None


def _loud(found: Detection, terms: Terms, situation: Situation) -> Decision:
    """A bear in trial or live, in scope and in time: ask or warn, once a visit."""
    live, capped, doubt = terms.stage is Stage.LIVE, _capped(terms, situation), _doubt(found, situation)
    held = (Reason.DAILY_CAP, capped) if capped else doubt or _narrowed(situation)
    warns = live and held is None
    act, stage = (Act.WARN, Stage.LIVE) if warns else (Act.ASK, Stage.TRIAL)
    said, again = f"bear, p {found.p_bear:.2f}", _again(found, act, situation)
    if again is None:
        return Decision(act=Act.JOIN, reason=Reason.SAME_VISIT, stage=stage, says=f"{said}: its visit has alerted")
    if (warns or not live) and (cooling := _cooling(terms, situation)):
        return _recorded(found, situation, Reason.COOLDOWN, cooling)
    if capped and not live:
        return _recorded(found, situation, Reason.DAILY_CAP, capped)
    if warns:
        reason, why = Reason.SENT, "stage live: warned at once"
    elif live and held:
        reason, why = held[0], f"{held[1]}: rangers are asked first"
    else:
        reason, why = Reason.HELD_FOR_REVIEW, "stage trial: rangers are asked" + (f"; {doubt[1]}" if doubt else "")
    return Decision(act=act, reason=reason, stage=stage, says=f"{said}{again}; {why}")


def _recorded(found: Detection, situation: Situation, reason: Reason, why: str) -> Decision:
    """An alert that would have been: it is written down, and nothing is sent."""
    again = _again(found, Act.RECORD, situation, quiet=reason is Reason.QUIET_PLACE)
    act = Act.JOIN if again is None else Act.RECORD
    says = f"bear, p {found.p_bear:.2f}{again or ''}; recorded, not sent: {why}"
    return Decision(act=act, reason=reason, stage=Stage.SHADOW, says=says)


def _again(found: Detection, act: Act, situation: Situation, *, quiet: bool = False) -> str | None:
    """Why the frame alerts although its visit may have: "" for a first alert, words for another, None: it joins.

    quiet: it is recorded for the sake of a quiet place; anything else is louder than such a record.
    """
    as_loud = [
        alert for alert in situation.raised if LOUDNESS[alert.act] >= LOUDNESS[act] and (quiet or not alert.quiet)
    ]
    if not as_loud:
        return ""
    since = situation.taken_at - max(alert.taken_at for alert in as_loud)
    if situation.inside_by_receipt is not None:
        since = max(since, situation.received_at - max(alert.raised_at for alert in as_loud))
    if since >= AGAIN:
        return ", again: 60 minutes after the last alert"
    if places.new(places.of(found), situation.seen_at):
        return ", again: a new place in the picture"
    if since >= SETTLES and found.p_bear - situation.before_p >= JUMP - 1e-9:
        return f", again: much surer than before ({situation.before_p:.2f})"
    return None


def _doubt(found: Detection, situation: Situation) -> tuple[Reason, str] | None:
    if not situation.receivers:
        return Reason.HELD_FOR_REVIEW, "there is no receiver to tell, so that NOBODY is warned"
    unlike = found.out_of_domain_p
    if unlike is not None and unlike < UNLIKE:
        return Reason.OUT_OF_DOMAIN_HELD, f"unlike the pictures that the model knows (p {unlike:.3f})"
    if situation.learning:
        return Reason.LEARNING_THE_VIEW, "the camera's view is new"
    by_receipt = situation.inside_by_receipt
    if by_receipt is not None and by_receipt.yes is not situation.inside.yes:
        says = f"it came late or the camera's clock is wrong (by one time: {situation.inside.says}; by another: "
        return Reason.HELD_FOR_REVIEW, f"{says}{by_receipt.says})"
    return None


def _narrowed(situation: Situation) -> tuple[Reason, str] | None:
    return (Reason.PAUSED, f"live is paused by {situation.narrowed}") if situation.narrowed else None


def _cooling(terms: Terms, situation: Situation) -> str | None:
    """Why a new visit must wait; a visit that has spoken already need not."""
    spoke = any(alert.act is not Act.RECORD for alert in situation.raised)
    if situation.last_alert_at is None or spoke:
        return None
    since = situation.now - situation.last_alert_at
    if since >= timedelta(minutes=terms.cooldown_minutes):
        return None
    return f"{since.total_seconds() / 60:.0f} of {terms.cooldown_minutes:g} minutes after the last alert here"


def _capped(terms: Terms, situation: Situation) -> str | None:
    most = terms.guardrails.get("max_alerts_per_day")
    if most is None or situation.alerts_today < most:
        return None
    return f"{situation.alerts_today} alerts today, the rule allows {most:g}"


def _nothing(reason: Reason, stage: Stage, says: str) -> Decision:
    return Decision(act=Act.NOTHING, reason=reason, stage=stage, says=says)
