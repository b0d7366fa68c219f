"""What the database itself refuses, on every connection: unconfirmed warnings, changed records."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WARNING_IS_UNCONFIRMED = """
NEW.kind = 'warning' AND NOT EXISTS (
    SELECT 1 FROM alert WHERE alert.id = NEW.alert_id AND alert.stage = NEW.stage AND (
        alert.stage = 'live' OR (alert.stage = 'trial' AND EXISTS (
            SELECT 1 FROM review
            WHERE review.id = NEW.review_id AND review.alert_id = NEW.alert_id AND review.verdict = 'bear'))))
"""

RULE_CHANGED = (
    " OR ".join(
        f"NEW.{column} <> OLD.{column}"
        for column in (
            "site_id",
            "revision",
            "model_sha256",
            "stage",
            "audience",
            "reason",
            "bound_to",
            "proposed_at",
        )
    )
    + " OR CAST(NEW.body AS TEXT) <> CAST(OLD.body AS TEXT)"
)

# (name, when, table, condition on NEW and OLD, what is said)
REFUSALS = (
    (
        "notice_warning_insert",
        "INSERT",
        "notice",
        WARNING_IS_UNCONFIRMED,
        "a warning needs a review that says bear",
    ),
    (
        "notice_warning_update",
        "UPDATE",
        "notice",
        WARNING_IS_UNCONFIRMED,
        "a warning needs a review that says bear",
    ),
    ("alert_stage_update", "UPDATE", "alert", "NEW.stage <> OLD.stage", "an alert keeps its stage"),
    ("review_update", "UPDATE", "review", "TRUE", "a review is never changed: correct it with a new one"),
    ("review_delete", "DELETE", "review", "TRUE", "a review is never deleted: correct it with a new one"),
    ("rule_update", "UPDATE", "rule", RULE_CHANGED, "a rule is never changed: propose a new revision"),
    ("rule_delete", "DELETE", "rule", "TRUE", "a rule is never deleted: its history stays"),
    ("audit_entry_update", "UPDATE", "audit_entry", "TRUE", "the audit chain is append-only"),
    ("audit_entry_delete", "DELETE", "audit_entry", "TRUE", "the audit chain is append-only"),
)


def upgrade() -> None:
    """Add one trigger a refusal."""
    statement = _sqlite if op.get_bind().dialect.name == "sqlite" else _postgresql
    for refusal in REFUSALS:
        op.get_bind().exec_driver_sql(statement(*refusal))


def _sqlite(name: str, when: str, table: str, condition: str, says: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{says}'); END"


def _postgresql(name: str, when: str, table: str, condition: str, says: str) -> str:
    back = "OLD" if when == "DELETE" else "NEW"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{says}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {back}; END $$; "
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
