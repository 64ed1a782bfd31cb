"""The third form of a book: phrases of an office, loaded registers, errands with documents, a finder."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of the third form."""
    _phrases()
    _loads()
    _errands()
    _finder()


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


def _errands() -> None:
    op.create_table(
        "mandate",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("may", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("taken_at", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("taken_on", sa.Text(), nullable=True),
        sa.Column("advance", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("receipts", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_mandate"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "document_receipt",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("case", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("handed_on", sa.Text(), nullable=False),
        sa.Column("handed_signed", sa.Boolean(), nullable=False),
        sa.Column("back", sa.Text(), nullable=True),
        sa.Column("back_on", sa.Text(), nullable=True),
        sa.Column("back_signed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_document_receipt"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_document_receipt_case", "document_receipt", ["case"])


def _finder() -> None:
    book = op.get_bind()
    held = book.execute(sa.text('SELECT unit, id, "class", words FROM finder ORDER BY id')).all()
    op.drop_table("finder")
    made = op.create_table(
        "finder",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_finder"),
    )
    op.create_index("ux_finder_record", "finder", ["id", "unit", "class"], unique=True)
    if book.dialect.name == "sqlite":
        for statement in _FINDER_INDEX:
            op.execute(statement)
    rows = [dict(zip(("unit", "id", "class", "words"), row, strict=True)) for row in held]
    if rows:
        book.execute(sa.insert(made), rows)


_FINDER_INDEX = (
    "CREATE VIRTUAL TABLE finder_index USING fts5"
    "(words, content='', detail=none, columnsize=0, tokenize='trigram')",
    "INSERT INTO finder_index (finder_index, rank) VALUES ('secure-delete', 1)",
    "CREATE VIRTUAL TABLE finder_term USING fts5vocab(finder_index, row)",
    "CREATE TRIGGER finder_added AFTER INSERT ON finder BEGIN "
    "INSERT INTO finder_index (rowid, words) VALUES (new.n, new.words || '  '); END",
    "CREATE TRIGGER finder_gone AFTER DELETE ON finder BEGIN "
    "INSERT INTO finder_index (finder_index, rowid, words) VALUES ('delete', old.n, old.words || '  '); END",
)
