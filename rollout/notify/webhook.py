"""A signed webhook: POST of JSON, so that the receiver can tell that it is ours and that it is not a second copy."""

import hashlib
import hmac
import json
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace

from rollout.notify import calling
from rollout.notify.notifier import Outgoing, Refused, Result, Sent, Unreachable

TRY_AGAIN = frozenset({408, 425, 429})
TOO_LARGE = Refused("answered 413")


class WebhookNotifier:
    """http(s)://. Signed with `Bearwatch-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`."""

    def __init__(
        self, secret: bytes, clock: Callable[[], float] = time.time, *, deadline_s: float = calling.DEADLINE_S
    ) -> None:
        self.secret, self.clock, self.deadline_s = secret, clock, deadline_s

    def send(self, message: Outgoing) -> Result:
        """One try of at most deadline_s, all in all.

        2xx is sent; 408, 425, 429 and 5xx may be tried again; any other answer is a refusal. A receiver to which the
        message is too large with its picture gets it without, in what is left of the time.
        """
        begun = time.monotonic()
        result = self._post(message, self.deadline_s)
        left_s = self.deadline_s - (time.monotonic() - begun)
        if message.picture is not None and result == TOO_LARGE and left_s > 0:
            body = {**message.body, "picture_missing": "the receiver answered 413 to the message with its picture"}
            return self._post(replace(message, picture=None, body=body), left_s)
        return result

    def _post(self, message: Outgoing, deadline_s: float) -> Result:
        told = message.told()
        if message.picture is not None:
            told["picture_jpeg"] = b64encode(message.picture).decode()
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.id,
            "Bearwatch-Signature": signature(self.secret, body, int(self.clock())),
        }
        answer = calling.call("POST", message.url, body=body, headers=headers, deadline_s=deadline_s)
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
