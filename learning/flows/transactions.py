"""One transaction, tried again where two requests met.

Rows are locked where the database has locks, and constraints hold where it hasn't; a request that runs into a constraint
sees on its second try what the other one did.
"""

from functools import wraps

from django.db import IntegrityError, transaction

TRIES = 3


def one_transaction(function):
    """Run `function` in a transaction; after an IntegrityError again, up to three times in all."""

    @wraps(function)
    def run(*args, **kwargs):
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except IntegrityError:
                if attempt == TRIES:
                    raise
        return None

    return run
