"""Offer: a picture that somebody would put into a training folder."""

from dataclasses import dataclass

from model.labels import Labelled


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One picture, and what is said of it.

    facts: its label and whatever else is known. `facts.file` is what it is called where it comes from and serves the
    reports: what adds it names its file anew, by its bytes.
    data: its bytes; None while they are still to be downloaded from `facts.origin`, or when they need not be.
    fault: why there are no bytes, and what to do about it; empty where nothing is wrong.
    """

    facts: Labelled
    data: bytes | None = None
    fault: str = ""
