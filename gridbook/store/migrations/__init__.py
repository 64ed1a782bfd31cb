"""Steps from the first form of a book to today's, each written by hand."""

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from gridbook import paths


def upgrade(connection: sa.Connection) -> None:
    """Bring a book to the form this program keeps, inside the transaction of the connection."""
    script = ScriptDirectory(str(paths.package("store", "migrations")))
    context = MigrationContext.configure(
        connection, opts={"fn": lambda revision, _: script._upgrade_revs("head", revision)}
    )
    with Operations.context(context):
        context.run_migrations()
