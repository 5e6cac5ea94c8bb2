"""Run by Alembic, on the connection that `schema.create_or_check` hands over."""

# ruff: noqa: INP001  # Alembic loads it by its path

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=False)  # the caller's transaction holds all of it
context.run_migrations()
