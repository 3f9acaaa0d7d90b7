"""Whose turn it is to write documents."""

from django.db import connection

# Any constant: the name of our lock among PostgreSQL's advisory locks.
LOCK = 0x0C0_4A46_E6


def take_turn() -> None:
    """Writers of documents go one by one, as SQLite's IMMEDIATE transactions do: what was read stays true until it is written.

    Taken before any row of a document is written: who has written one and then waits here would stop whoever is at work.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
