"""What is stored of learning, whose it is, and whether a request changed it."""

from contextlib import contextmanager

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from guardian.models import GroupObjectPermission, UserObjectPermission
from wagtail.models import GroupPagePermission, Page, PageViewRestriction, Revision

from cms.content.models import Edition, EditionPin

MODELS = [
    *apps.get_app_config("learning").get_models(),
    *(UserObjectPermission, GroupObjectPermission, GroupPagePermission, PageViewRestriction),
    *(Edition, EditionPin, Page, Revision),
]
TABLES = {model._meta.db_table for model in MODELS}


def dump() -> dict[tuple, dict]:
    """`{(model, pk): row}` of everything."""
    return {
        (model, row[model._meta.pk.attname]): row for model in MODELS for row in model._base_manager.values()
    }


def belongings(rows: dict, user) -> set[tuple]:
    """What hangs on a person, directly or by something else of theirs."""
    people = get_user_model()
    found = {(people, user.pk)} if user is not None else set()
    links = {
        model: [field for field in model._meta.concrete_fields if field.remote_field is not None]
        for model in MODELS
    }
    while True:
        more = {
            place
            for place, row in rows.items()
            if place not in found
            and any((field.related_model, row[field.attname]) in found for field in links[place[0]])
        }
        if not more:
            return found
        found |= more


def differences(before: dict, after: dict) -> set[tuple]:
    """What was added, changed or taken away."""
    return {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}


class Written:
    """Whether a statement wrote to a table of ours."""

    def __init__(self):
        self.any = False

    def __call__(self, execute, sql, params, many, context):
        start = sql.lstrip()[:6].upper()
        if start in ("INSERT", "UPDATE", "DELETE") and any(f'"{table}"' in sql for table in TABLES):
            self.any = True
        return execute(sql, params, many, context)


@contextmanager
def undone():
    """Whatever is done inside is undone. Gives a `Written`."""
    written = Written()
    with transaction.atomic(), connection.execute_wrapper(written):
        yield written
        transaction.set_rollback(True)
