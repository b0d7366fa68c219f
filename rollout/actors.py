"""Who acts, and what their role and sites let them do."""

from dataclasses import dataclass

from store.errors import NotPermitted
from store.vocabulary import Role

RANK = {Role.AUDITOR: 0, Role.RANGER: 1, Role.SUPERVISOR: 2, Role.ADMIN: 3}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person as far as rights go. sites empty: all of the park."""

    id: int
    name: str
    role: Role
    sites: tuple[str, ...] = ()

    def require_role(self, role: Role) -> None:
        """Raise NotPermitted unless this person has the role, or a higher one, at some site."""
        if RANK[self.role] < RANK[role]:
            raise NotPermitted(f"this needs the role {role}; {self.name} is {self.role}")

    def require(self, role: Role, site: str | None) -> None:
        """Raise NotPermitted unless this person has the role, or a higher one, at the site (None: at all)."""
        self.require_role(role)
        if self.sites and site not in self.sites:
            where = f'at site "{site}"' if site else "for all sites"
            raise NotPermitted(f"{self.name} may not act {where}, only at {', '.join(self.sites)}")
