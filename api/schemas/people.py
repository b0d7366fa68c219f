"""People and sign-in."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from store.vocabulary import Role


class SignInIn(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=80)
    password: str = Field(max_length=1000)


class MeOut(BaseModel):
    """Who is signed in. sites empty: all of the park."""

    name: str
    role: Role
    sites: list[str]
    must_change: bool
    park: str
    time_zone: str
    demo: bool
    demo_year: bool = Field(default=False, description="the simulated year is there to be looked at")


class PersonOut(BaseModel):
    """Somebody who may sign in."""

    name: str
    role: Role
    sites: list[str]
    created_at: datetime
    revoked: bool
    must_change: bool
    demo: bool


class PersonPage(BaseModel):
    """Everybody, by name."""

    items: list[PersonOut]


class PersonIn(BaseModel):
    """A new person: the first password is made here, shown once, and must be changed."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80, pattern=r"^[^\s/:][^/:]*$")
    role: Role
    sites: list[str] = []


class InvitationOut(BaseModel):
    """Shown once."""

    name: str
    first_password: str


class PasswordIn(BaseModel):
    """One's own new password."""

    model_config = ConfigDict(extra="forbid")

    old: str = Field(max_length=1000)
    new: str = Field(max_length=1000)
