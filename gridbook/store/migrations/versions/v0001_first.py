"""The first form of a book."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first form."""
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("building", sa.LargeBinary(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("tried_on", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_tried_on", "attempt", ["tried_on"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_table(
        "building",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("estate", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("floors", sa.Integer(), nullable=False),
        sa.Column("doors_per_floor", sa.Integer(), nullable=False),
        sa.Column("added", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_building"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("ops", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bundle"),
    )
    op.create_index("ix_bundle_at", "bundle", ["at"])
    op.create_table(
        "contact",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_contact"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "form", "key", name="pk_draft"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "estate",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quick", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_estate"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_note",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("case", sa.LargeBinary(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_event_note"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_event_note_case", "event_note", ["case"])
    op.create_table(
        "finder",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", "class", name="pk_finder"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "finding",
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
    )
    op.create_index("ix_finding_kind", "finding", ["kind"])
    op.create_index("ix_finding_record", "finding", ["record"])
    op.create_table(
        "holiday",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_holiday"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "incarnation",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("parent", sa.LargeBinary(), nullable=True),
        sa.Column("began_at", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incarnation"),
    )
    op.create_table(
        "line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incarnation", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("reach", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_line"),
    )
    op.create_index("ux_line_stream", "line", ["incarnation", "author", "unit", "reach"], unique=True)
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "office_hours",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("opens", sa.Text(), nullable=False),
        sa.Column("pause_from", sa.Text(), nullable=False),
        sa.Column("pause_to", sa.Text(), nullable=False),
        sa.Column("closes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_office_hours"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "op",
        sa.Column("pos", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("segment", sa.Integer(), nullable=True),
        sa.Column("class", sa.Integer(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("husk", sa.LargeBinary(), nullable=True),
        sa.Column("gone", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("pos", name="pk_op"),
    )
    op.create_index(
        "ix_op_absent",
        "op",
        ["segment"],
        sqlite_where=sa.text("gone = 'absent'"),
        postgresql_where=sa.text("gone = 'absent'"),
    )
    op.create_index("ix_op_record", "op", ["record"])
    op.create_index(
        "ix_op_segment",
        "op",
        ["segment"],
        sqlite_where=sa.text("segment IS NOT NULL"),
        postgresql_where=sa.text("segment IS NOT NULL"),
    )
    op.create_index(
        "ix_op_unsealed",
        "op",
        ["line"],
        sqlite_where=sa.text("segment IS NULL"),
        postgresql_where=sa.text("segment IS NULL"),
    )
    op.create_table(
        "particulars",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("building", sa.LargeBinary(), nullable=True),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("spot", sa.Text(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hope", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_particulars"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_particulars_building_door", "particulars", ["building", "door"])
    op.create_table(
        "preference",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "key", name="pk_preference"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "printed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("printed_at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("keyed_in", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_printed"),
    )
    op.create_index("ix_printed_number", "printed", ["number"])
    op.create_table(
        "receipt",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("incarnation", sa.LargeBinary(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("came_at", sa.Text(), nullable=False),
    )
    op.create_index("ux_receipt_holder", "receipt", ["holder", "incarnation", "unit"], unique=True)
    op.create_table(
        "referral",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("case", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_referral"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_referral_case", "referral", ["case"])
    op.create_table(
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
        sa.PrimaryKeyConstraint("id", name="pk_refusal"),
    )
    op.create_table(
        "request",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("limit", sa.Text(), nullable=False),
        sa.Column("pressing", sa.Text(), nullable=False),
        sa.Column("estate", sa.LargeBinary(), nullable=True),
        sa.Column("public_place", sa.Boolean(), nullable=False),
        sa.Column("agreed_on", sa.Text(), nullable=True),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_request"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_request_number", "request", ["number"])
    op.create_table(
        "request_event",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by_unit", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
    )
    op.create_index("ix_request_event_request", "request_event", ["request", "n"])
    op.create_table(
        "request_state",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_request_state"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_request_state_status_due", "request_state", ["status", "due_at"])
    op.create_table(
        "roster",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_roster"),
    )
    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("min_reader", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("parked", sa.LargeBinary(), nullable=True),
        sa.Column("on_stick_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_segment"),
    )
    op.create_index("ix_segment_line_n", "segment", ["line", "n"])
    op.create_index("ux_segment_hash", "segment", ["hash"], unique=True)
    op.create_table(
        "staff",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("left", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_staff"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "station",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_station"),
    )
    op.create_index("ix_station_unit", "station", ["unit"])
    op.create_table(
        "unit",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_unit"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visit",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("visited_on", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_visit"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_visit_number", "visit", ["number"])
    op.create_index("ix_visit_visited_on", "visit", ["visited_on"])
    op.create_table(
        "visit_details",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("building", sa.LargeBinary(), nullable=True),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("companion", sa.Text(), nullable=False),
        sa.Column("next_on", sa.Text(), nullable=True),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("opened", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_visit_details"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_visit_details_building_door", "visit_details", ["building", "door"])
    op.create_table(
        "visit_note",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", "unit", name="pk_visit_note"),
        sqlite_with_rowid=False,
    )
