"""One rule in force a site, held by the database; and the cameras that a rule which warns was proposed for."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ONE = """
UPDATE rule SET state = 'superseded' WHERE state = 'in_force' AND id NOT IN (
    SELECT MAX(newest.id) FROM rule AS newest WHERE newest.state = 'in_force' GROUP BY newest.site_id)
"""
WARNING = """
SELECT id, site_id, body, evidence FROM rule WHERE stage IN ('trial', 'live') AND state IN ('in_force', 'approved')
"""
HERE = "SELECT id FROM camera WHERE site_id = :site AND retired_at IS NULL ORDER BY id"
HELD = sa.text("UPDATE rule SET evidence = :evidence WHERE id = :id").bindparams(
    sa.bindparam("evidence", type_=sa.JSON)
)


def upgrade() -> None:
    """The newest stays in force; a rule that warns keeps the cameras there are now."""
    op.execute(ONE)
    bind = op.get_bind()
    for row in bind.execute(sa.text(WARNING)).mappings().all():
        body, evidence = (_read(row[name]) for name in ("body", "evidence"))
        here = list(bind.execute(sa.text(HERE), {"site": row["site_id"]}).scalars())
        bind.execute(HELD, {"id": row["id"], "evidence": evidence | {"cameras": body.get("cameras") or here}})
    where = sa.text("state = 'in_force'")
    op.create_index("uq_rule_in_force", "rule", ["site_id"], unique=True, sqlite_where=where, postgresql_where=where)


def _read(told: str | dict[str, object]) -> dict[str, object]:
    """SQLite gives JSON as text."""
    return json.loads(told) if isinstance(told, str) else told
