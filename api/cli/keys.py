"""`user`, `token`, `key`: who and what may come in. Secrets are shown once."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import typer

from api.cli.printing import Json, as_json, say
from store.vocabulary import Role

Commands = Mapping[str, Callable[..., None]]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    users: Commands = {"add": user_add}
    tokens: Commands = {"add": token_add, "list": token_list, "revoke": token_revoke}
    keys: Commands = {"add": key_add, "list": key_list, "revoke": key_revoke}
    for name, told, commands in (
        ("user", "People who may sign in.", users),
        ("token", "Tokens for programs that act for a person.", tokens),
        ("key", "Keys with which cameras hand frames in.", keys),
    ):
        group = typer.Typer(no_args_is_help=True, help=told)
        for word, command in commands.items():
            group.command(word)(command)
        group.callback()(_group)
        app.add_typer(group, name=name, help=told)


def _group() -> None:
    pass


def user_add(
    name: str,
    role: Annotated[Role, typer.Option(help="What they may do.")],
    site: Annotated[list[str] | None, typer.Option(help="Limit to this site; more than once for more.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    json: Json = False,
) -> None:
    """Add a person. Without --password-stdin a first password is made, to be changed at the first sign-in."""
    import secrets

    from api import auth, settings, wiring
    from store.session import transaction

    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(9)
    kept = auth.hashed(password)
    with wiring.opened(settings.read()) as system, transaction(system.engine) as session:
        auth.add_person(
            session, name=name, role=role, sites=site or [], password_hash=kept, must_change=not password_stdin,
            by=auth.COMMAND_LINE, now=wiring.now(),
        )  # fmt: skip
    shown = {} if password_stdin else {"first_password": password}
    if json:
        as_json({"name": name, "role": role.value, "sites": site or [], **shown})
        return
    say(f"{name} is {role.value}" + (f" at {', '.join(site)}" if site else ""))
    if shown:
        say(f"first password, shown once, to be changed at the first sign-in: {password}")


def token_add(name: str, json: Json = False) -> None:
    """Make a token for a program that acts for NAME."""
    from api import auth, settings, wiring
    from store.session import transaction

    with wiring.opened(settings.read()) as system, transaction(system.engine) as session:
        token = auth.add_token(session, name, wiring.now())
    if json:
        as_json({"token": token})
    else:
        say(f"shown once: {token}")


def key_add(
    camera: Annotated[str, typer.Option(help="The camera that will use the key.")], json: Json = False
) -> None:
    """Make a key for a camera."""
    from api import auth, settings, wiring
    from store.session import transaction

    with wiring.opened(settings.read()) as system, transaction(system.engine) as session:
        key = auth.add_key(session, camera, wiring.now())
    if json:
        as_json({"key": key})
    else:
        say(f"shown once: {key}")


def token_list(
    name: Annotated[str | None, typer.Argument(help="Whose; none: everybody's.")] = None, json: Json = False
) -> None:
    """List tokens by id, revoked ones too. A token itself is never shown again."""
    from api import auth, settings, wiring
    from store import people
    from store.session import reading

    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        rows = [
            {
                "id": auth.token_id(token),
                "person": person,
                "created_at": token.created_at,
                "revoked_at": token.revoked_at,
            }
            for token, person in people.tokens(session, name)
        ]
    _listed("tokens", rows, json)


def token_revoke(token: Annotated[str, typer.Argument(help="Its id.")], json: Json = False) -> None:
    """Let a program in no more, at once."""
    from api import auth, settings, wiring
    from store.session import transaction

    with wiring.opened(settings.read()) as system, transaction(system.engine) as session:
        person = auth.revoke_token(session, token, wiring.now())
    _revoked({"id": token, "person": person}, f"token {token} of {person} is revoked", json)


def key_list(
    camera: Annotated[str | None, typer.Option(help="Of this camera; none: of all.")] = None, json: Json = False
) -> None:
    """List camera keys by id, revoked ones too. A key itself is never shown again."""
    from api import settings, wiring
    from store import cameras
    from store.session import reading

    with wiring.opened(settings.read()) as system, reading(system.engine) as session:
        rows = [
            {"id": key.id, "camera": key.camera_id, "created_at": key.created_at, "revoked_at": key.revoked_at}
            for key in cameras.keys(session, camera)
        ]
    _listed("keys", rows, json)


def key_revoke(key: Annotated[int, typer.Argument(help="Its id.")], json: Json = False) -> None:
    """Take no more frames by a key, at once. The camera's other keys stay."""
    from api import auth, settings, wiring
    from store.session import transaction

    with wiring.opened(settings.read()) as system, transaction(system.engine) as session:
        camera = auth.revoke_key(session, key, wiring.now())
    _revoked({"id": key, "camera": camera}, f"key {key} of camera {camera} is revoked", json)


def _listed(name: str, rows: Sequence[Mapping[str, object]], json: bool) -> None:
    if json:
        as_json({name: rows})
        return
    if not rows:
        say(f"no {name} yet")
    for row in rows:
        say("  ".join(f"{word} {value or '-'}" for word, value in row.items()))


def _revoked(told: Mapping[str, object], says: str, json: bool) -> None:
    if json:
        as_json({**told, "revoked": True})
    else:
        say(says)
