"""The third form of a book: the phrases that an office wrote for itself."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of the third form."""
    _phrases()


def _phrases() -> None:
    op.create_table(
        "phrase",
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("category", "n", name="pk_phrase"),
        sqlite_with_rowid=False,
    )
