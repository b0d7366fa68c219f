"""Channels to the outside: a folder on this machine and signed webhooks."""

from dataclasses import dataclass

from rollout.notify.notifier import Notifier, Outgoing, Refused, Result, Sent, Unreachable

__all__ = ["Notifier", "Notifiers", "Outgoing", "Refused", "Result", "Sent", "Unreachable"]


@dataclass(frozen=True, kw_only=True)
class Notifiers:
    """Each channel by the scheme of a receiver's address."""

    folder: Notifier
    webhook: Notifier

    def send(self, message: Outgoing) -> Result:
        """Hand a message to the channel of its address."""
        channels = {"folder": self.folder, "http": self.webhook, "https": self.webhook}
        channel = channels.get(message.url.partition(":")[0])
        if channel is None:
            return Refused(f"no channel for this address; there are {', '.join(channels)}")
        return channel.send(message)
