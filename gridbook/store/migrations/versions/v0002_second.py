"""The second form of a book: hand-overs, lists of stations by their hash, refusals to judge again."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of the second form out of those of the first."""
    _hand_overs()
    _lists_of_stations()
    _refusals()


def _hand_overs() -> None:
    op.create_table(
        "hand_over",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("handed_at", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("were", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_hand_over"),
        sqlite_with_rowid=False,
    )


def _lists_of_stations() -> None:
    book = op.get_bind()
    held = book.execute(sa.text("SELECT version, body FROM roster")).all()
    op.drop_table("roster")
    made = op.create_table(
        "roster",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_roster"),
    )
    for row in held:
        body = bytes(row.body)
        values = {"hash": hashlib.sha256(body).digest(), "version": row.version, "body": body}
        book.execute(sa.insert(made).values(values))


def _refusals() -> None:
    book = op.get_bind()
    held = [dict(row) for row in book.execute(sa.text("SELECT * FROM refusal")).mappings()]
    op.drop_table("refusal")
    made = op.create_table(
        "refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("segment", sa.LargeBinary(), nullable=False),
        sa.Column("incarnation", sa.LargeBinary(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("reach", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kept_as", sa.Text(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("prev", sa.LargeBinary(), nullable=True),
        sa.Column("emptied_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_refusal"),
    )
    op.create_index("ix_refusal_segment", "refusal", ["segment"])
    for row in held:
        book.execute(sa.insert(made).values(row))
