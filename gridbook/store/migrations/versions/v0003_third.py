"""The third form of a book: the phrases that an office wrote for itself, the old registers it loaded."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of the third form."""
    _phrases()
    _loads()


def _phrases() -> None:
    op.create_table(
        "phrase",
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("category", "n", name="pk_phrase"),
        sqlite_with_rowid=False,
    )


def _loads() -> None:
    op.create_table(
        "load",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=False),
        sa.Column("undone_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_load"),
        sqlite_with_rowid=False,
    )
