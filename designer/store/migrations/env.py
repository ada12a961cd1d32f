"""Runs the migrations on the connection the database module opened."""

from alembic import context

from designer.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
