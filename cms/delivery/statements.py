"""Statements that the ORM writes once and that run many times.

Building a query takes the ORM ten times as long as SQLite needs to answer it. A `Statement` is built from a queryset with
marked places for values, and then only run. Rows come as the database gives them, without the ORM's conversions: see
`rows` for reading them.
"""

import threading
from collections.abc import Callable, Iterable
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import QuerySet

ALIAS = "default"


class Statement:
    """`Statement(build).run(page_id=7)`: `build(**places)` returns a `values_list` queryset over the places given.

    `places` maps each name to the model field that its value is compared with.
    """

    def __init__(self, build: Callable[..., QuerySet], **places: models.Field):
        self._build = build
        self._places = places
        self._compiled: dict[str, tuple[str, dict]] = {}
        self._lock = threading.Lock()

    def run(self, **values) -> list[tuple]:
        connection = connections[ALIAS]
        compiled = self._compiled.get(connection.vendor) or self._compile(connection)
        sql, params = compiled
        given = {
            name: field.get_db_prep_value(values[name], connection) for name, field in self._places.items()
        }
        with connection.cursor() as cursor:
            cursor.execute(sql, params | given)
            return cursor.fetchall()

    def _compile(self, connection) -> tuple[str, dict]:
        """The statement with named parameters, and the values of those that are always the same.

        Named, because SQLite's backend looks for `%s` with an expression that takes as long as the statement itself.
        """
        with self._lock:
            marks = {name: _mark(field, index) for index, (name, field) in enumerate(self._places.items())}
            query = self._build(**marks).query
            # Drivers read the whole text each time: half of it would be names of tables.
            query.change_aliases({alias: f"t{index}" for index, alias in enumerate(query.alias_map)})
            sql, params = query.get_compiler(ALIAS).as_sql()
            places = {
                _plain(field.get_db_prep_value(marks[name], connection)): name
                for name, field in self._places.items()
            }
            names = [places.get(_plain(value), f"p{index}") for index, value in enumerate(params)]
            missing = self._places.keys() - set(names)
            if missing:
                raise AssertionError(f"the statement doesn't use {missing}")
            fixed = {
                name: value for name, value in zip(names, params, strict=True) if name not in self._places
            }
            self._compiled[connection.vendor] = sql % tuple(f"%({name})s" for name in names), fixed
            return self._compiled[connection.vendor]


class Many:
    """A statement about any number of keys: `Many(build, field).run(keys)`; `build(keys)` returns a `values_list` queryset.

    It is built for some numbers of places; those that are left over repeat the last key. One statement for up to the
    largest of these numbers of keys, none for none.
    """

    SIZES = (1, 20, 100, 200, 300, 400, 500)

    def __init__(self, build: Callable[[list], QuerySet], field: models.Field):
        self._statements = {
            size: Statement(
                lambda **places: build(list(places.values())), **{f"k{index}": field for index in range(size)}
            )
            for size in self.SIZES
        }

    def run(self, keys: Iterable) -> list[tuple]:
        given, rows = list(keys), []
        while given:
            some, given = given[: self.SIZES[-1]], given[self.SIZES[-1] :]
            size = next(size for size in self.SIZES if size >= len(some))
            padded = some + some[-1:] * (size - len(some))
            rows += self._statements[size].run(**{f"k{index}": key for index, key in enumerate(padded)})
        return rows


def _plain(value):
    """Database parameters in a form that can be compared: some drivers wrap them."""
    return value if isinstance(value, str | int | UUID) else repr(value)


def _mark(field: models.Field, index: int):
    """A value that nothing else in a statement has."""
    if isinstance(field, models.UUIDField):
        return UUID(int=0xC0FFEE_0000_0000_0000_0000_0000_0000 + index)
    if isinstance(field, models.IntegerField):
        return 9_007_199_254_000_000 + index
    return f"\ue000{index}\ue000"


def written(queryset: QuerySet) -> tuple[str, tuple] | None:
    """The statement of a `values_list` queryset and its values, to be run any number of times. None where it can't find
    anything."""
    try:
        return queryset.query.get_compiler(ALIAS).as_sql()
    except EmptyResultSet:
        return None


def run(statement: tuple[str, tuple] | None) -> list[tuple]:
    """The rows of a written statement as the database gives them."""
    if statement is None:
        return []
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(*statement)
        return cursor.fetchall()


def fetch(queryset: QuerySet) -> list[tuple]:
    """The rows of a `values_list` queryset as the database gives them."""
    return run(written(queryset))
