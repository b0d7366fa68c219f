"""Quiet places hold for the model version that was wrong there, and for no other."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

PLACE = sa.table(
    "quiet_place", sa.column("id", sa.Integer), sa.column("alerts", sa.JSON), sa.column("model_sha256", sa.String)
)
ALERT = sa.table("alert", sa.column("id", sa.Integer), sa.column("visit_id", sa.Integer))
VISIT = sa.table("visit", sa.column("id", sa.Integer), sa.column("model_sha256", sa.String))


def upgrade() -> None:
    """A place of before takes the version that raised the newest alert behind it; without one it holds no more.

    That version it was accepted under: a proposal is of the last thirty days, and is made anew with every hour.
    """
    op.execute(
        "ALTER TABLE quiet_place ADD COLUMN model_sha256 VARCHAR(64) "
        "CONSTRAINT fk_quiet_place_model_sha256 REFERENCES model_version (sha256)"
    )
    rows = op.get_bind()
    for place, alerts in rows.execute(sa.select(PLACE.c.id, PLACE.c.alerts)).all():
        of = sa.select(VISIT.c.model_sha256).join(ALERT, ALERT.c.visit_id == VISIT.c.id).where(ALERT.c.id.in_(alerts))
        version = rows.execute(of.order_by(ALERT.c.id.desc()).limit(1)).scalar()
        rows.execute(PLACE.update().where(PLACE.c.id == place).values(model_sha256=version))
