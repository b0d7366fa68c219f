"""Who acts on the command line: a name and its password."""

import getpass
import os
import sys

from rollout.actors import Actor
from store.errors import NotSignedIn
from store.session import Engine


def actor(engine: Engine, name: str) -> Actor:
    """The person, proved. Raises PasswordWrong, NotSignedIn where no password was given."""
    from api import auth, wiring

    password = os.environ.get("BEARWATCH_PASSWORD")
    if password is None:
        if not sys.stdin.isatty():
            raise NotSignedIn("no password was given: set BEARWATCH_PASSWORD, or run this at a terminal")
        password = getpass.getpass(f"Password of {name}: ")
    return auth.check_password(engine, name=name, password=password, now=wiring.now())
