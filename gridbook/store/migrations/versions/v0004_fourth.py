"""The fourth form of a book: a list of any length is found, and stands by due date, from an index alone."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the two indexes; the first takes the place of one that did not know who leads."""
    op.drop_index("ix_request_state_status_due", "request_state")
    op.create_index("ix_request_state_status", "request_state", ["status", "due_at", "lead"])
    op.create_index("ix_request_state_due", "request_state", ["due_at", "id"])
