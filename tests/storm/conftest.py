"""The databases that the storm's journals are in."""

from tests.transactions.conftest import journal_url, postgres_server, postgresql_url, sqlite_url

__all__ = ["journal_url", "postgres_server", "postgresql_url", "sqlite_url"]
