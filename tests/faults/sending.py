"""A process that sends what is due and dies of kill -9 when the receiver has answered, before that is marked.

python sending.py DATABASE_URL DATA_DIR NOW
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from rollout import outbox
from rollout.notify import Notifiers, Outgoing, Result
from store.session import make_engine
from tests.rollout.scenes import notifiers


class Dying:
    """A channel whose process does not live to tell what came of a message."""

    def __init__(self, channels: Notifiers) -> None:
        self.channels = channels

    def send(self, message: Outgoing) -> Result:
        """Send it for good, then die."""
        result = self.channels.send(message)
        os.kill(os.getpid(), signal.SIGKILL)
        return result


if __name__ == "__main__":
    url, data_dir, now = sys.argv[1], Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
    dying = Dying(notifiers(data_dir))
    outbox.send_due(make_engine(url), Notifiers(folder=dying, webhook=dying), data_dir=data_dir, now=now)
