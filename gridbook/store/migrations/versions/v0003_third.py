"""The third form of a book: phrases, loads, errands, care contacts, lists of doors, a finder."""

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
    _care_contacts()
    _lists_of_doors()
    _acts()


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


def _care_contacts() -> None:
    op.create_table(
        "care_contact",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("building", sa.LargeBinary(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("phone_first", sa.Boolean(), nullable=False),
        sa.Column("at_home", sa.Boolean(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("meals", sa.Boolean(), nullable=False),
        sa.Column("haircut", sa.Boolean(), nullable=False),
        sa.Column("shopping", sa.Boolean(), nullable=False),
        sa.Column("agreed_on", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_care_contact"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_care_contact_number", "care_contact", ["number"])
    op.create_index("ix_care_contact_building_door", "care_contact", ["building", "door"])
    op.create_table(
        "emergency_contact",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("care", sa.LargeBinary(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_emergency_contact"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_emergency_contact_care", "emergency_contact", ["care"])
    op.create_table(
        "consent",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=False),
        sa.Column("withdrawn_on", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_consent"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_consent_number", "consent", ["number"])


def _lists_of_doors() -> None:
    op.create_table(
        "list_door",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("listed", sa.LargeBinary(), nullable=False),
        sa.Column("building", sa.LargeBinary(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=False),
        sa.Column("struck_on", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_list_door"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_list_door_listed", "list_door", ["listed"])
    op.create_table(
        "work_list",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_work_list"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "round_door",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("listed", sa.LargeBinary(), nullable=False),
        sa.Column("building", sa.LargeBinary(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=False),
        sa.Column("struck_on", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_round_door"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_round_door_listed", "round_door", ["listed"])
    op.create_table(
        "round",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_round"),
        sqlite_with_rowid=False,
    )


def _acts() -> None:
    op.create_table(
        "act",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("ops", sa.LargeBinary(), nullable=False),
        sa.Column("back", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("n", name="pk_act"),
    )
    op.create_index("ix_act_person", "act", ["person", "n"])
