"""A signed webhook: POST of JSON, so that the receiver can tell that it is ours and that it is not a second copy."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable

from rollout.notify import calling
from rollout.notify.notifier import Outgoing, Refused, Result, Sent, Unreachable

TRY_AGAIN = frozenset({408, 425, 429})


class WebhookNotifier:
    """http(s)://. Signed with `Bearwatch-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`."""

    def __init__(
        self, secret: bytes, clock: Callable[[], float] = time.time, *, deadline_s: float = calling.DEADLINE_S
    ) -> None:
        self.secret, self.clock, self.deadline_s = secret, clock, deadline_s

    def send(self, message: Outgoing) -> Result:
        """One try of at most deadline_s, all in all.

        2xx is sent; 408, 425, 429 and 5xx may be tried again; any other answer is a refusal.
        """
        body = json.dumps(message.told(), ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.id,
            "Bearwatch-Signature": signature(self.secret, body, int(self.clock())),
        }
        answer = calling.call("POST", message.url, body=body, headers=headers, deadline_s=self.deadline_s)
        return _meaning(answer) if isinstance(answer, int) else answer


def signature(secret: bytes, body: bytes, at: int) -> str:
    """What the header says.

    >>> signature(b"key", b"{}", 5)[:16]
    't=5,v1=9be615aec'
    """
    digest = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _meaning(status: int) -> Result:
    if 200 <= status < 300:
        return Sent()
    if status in TRY_AGAIN or status >= 500:
        return Unreachable(f"answered {status}")
    return Refused(f"answered {status}")
