"""Django's SQLite backend with writers of one process in a queue.

SQLite lets a second writer sleep and ask again, for longer each time: under load most of the time is slept away, whoever
sleeps is overtaken, and some are refused at last. Worse, it sleeps with the connection's own lock in its hand: a garbage
collection in the thread that writes, which happens to finalise a cursor of a sleeping one, waits for it, and both stand
still until the timeout. Threads of one process therefore wait here, in the order of asking, before they begin a
transaction; those of other processes meet in SQLite as ever.
"""

import threading
import weakref

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from .turns import Turns

_turns: dict[str, Turns] = {}
_guard = threading.Lock()


def _turns_of(name: str) -> Turns:
    with _guard:
        return _turns.setdefault(name, Turns())


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the process's turn at a database file when a transaction begins, and gives it back when that has ended.

    Raises OperationalError where the turn doesn't come within the connection's `timeout` (5 s unless set), as SQLite does.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._turn: Turns | None = None
        self._beginning = False

    def _start_transaction_under_autocommit(self):
        # While SQLite lets a writer of another process finish, the turn is made use of as well.
        self._beginning = True
        try:
            self._take_turn()
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._give_turn()
            raise
        finally:
            self._beginning = False

    def _commit(self):
        try:
            return super()._commit()
        finally:
            self._give_turn_after_transaction()

    def _rollback(self):
        try:
            return super()._rollback()
        finally:
            self._give_turn_after_transaction()

    def _close(self):
        try:
            return super()._close()
        finally:
            self._give_turn()

    def _take_turn(self) -> None:
        if self._turn is not None or self.transaction_mode != "IMMEDIATE" or self.is_in_memory_db():
            return
        turns = _turns_of(str(self.settings_dict["NAME"]))
        seconds = self.settings_dict["OPTIONS"].get("timeout", 5)
        own = weakref.ref(self)

        def holds() -> bool:
            wrapper = own()
            return wrapper is not None and (wrapper._beginning or wrapper._in_transaction())

        if not turns.take(seconds, holds):
            raise OperationalError("database is locked")
        self._turn = turns

    def _in_transaction(self) -> bool:
        return self.connection is not None and self.connection.in_transaction

    def _give_turn_after_transaction(self) -> None:
        # A commit that was refused leaves the transaction open: it is still this connection's turn.
        if not self._in_transaction():
            self._give_turn()

    def _give_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.give()
