"""Who acts on the command line: a name and its password."""

import getpass
import os
import sys

from rollout.actors import Actor
from store.errors import NotSignedIn
from store.session import Engine
from store.vocabulary import Role

MACHINE = Actor(id=0, name="the command line", role=Role.AUDITOR)
"""Who reads on the machine itself: what lies on its disk anyway."""


def actor(engine: Engine, name: str, variable: str = "BEARWATCH_PASSWORD") -> Actor:
    """The person, proved. variable: of the environment. Raises PasswordWrong, NotSignedIn where none was given."""
    from api import auth, wiring

    password = os.environ.get(variable)
    if password is None:
        if not sys.stdin.isatty():
            raise NotSignedIn(f"no password of {name} was given: set {variable}, or run this at a terminal")
        password = getpass.getpass(f"Password of {name}: ")
    return auth.check_password(engine, name=name, password=password, now=wiring.now())
