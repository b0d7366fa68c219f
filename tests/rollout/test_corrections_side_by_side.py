"""A correction beside a send: whoever got the warning gets the correction; on both databases."""

import threading
from pathlib import Path

from rollout import reviews
from store.session import Engine, transaction
from store.vocabulary import NoticeKind, NoticeState, Verdict
from tests.rollout.scenes import RILEY, trial

LONG_ENOUGH_S = 1.5
"""A send that waits for nobody is over within this."""


def test_nobody_is_warned_beside_a_correction_that_does_not_reach_them(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path)
    scene.send()
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    written, met = threading.Event(), threading.Barrier(2)

    def correct() -> None:
        with transaction(engine) as session:
            reviews.correct(session, alert, verdict=Verdict.NOT_BEAR, note=None, by=RILEY, now=scene.now)
            met.wait()
            written.wait(LONG_ENOUGH_S)

    correcting = threading.Thread(target=correct)
    correcting.start()
    met.wait()
    scene.send()
    written.set()
    correcting.join()
    scene.later(hours=1).send()
    warned = {row.receiver_id for row in scene.notices(NoticeKind.WARNING) if row.state is NoticeState.SENT}
    told = {row.receiver_id for row in scene.notices() if row.body.get("correction")}
    assert warned <= told
