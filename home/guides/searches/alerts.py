"""Alerts of saved searches: who is told of what, once, and only of what they may see when it is sent.

Two steps. `queue_alerts`, by the clock, finds what is new for whom with the same few statements however many searches
are due, and leaves one task for each person who is told something, in the transaction that notes that these alerts were
worked out. `send`, in a worker, looks again at what the person may see and what still matches, marks it as announced,
commits, and hands the mail over.

In that order no crash sends anything twice:

- before the marks are committed nothing has left; the task is tried again and only the mail is late;
- where the mail server can't be reached nothing is marked; where it refuses the mail the marks are taken back: late;
- who is killed between the marks and the server's answer leaves it open whether the mail went out. It isn't sent again.
  What was in it still stands as new in the person's own list, which marks of mails don't touch.
"""

import logging
from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q, QuerySet

from cms.content import api as content
from cms.core import audiences, mailing
from cms.core.audiences import EVERYTHING
from cms.core.tasks import job

from ..models import KnownEntry, SavedSearch
from ..repository.library import Library, library
from . import alert_mail
from .alerting import Alert, latest_turn, news
from .saved import announced, note

logger = logging.getLogger(__name__)

# People whose searches are worked out together: what bounds the memory of a run.
BATCH = 200


def due(now: datetime) -> QuerySet[SavedSearch]:
    """The searches of active people whose alert is due: a turn has come since it was last worked out."""
    daily = Q(alert=Alert.DAILY, last_alert_at__lt=latest_turn(Alert.DAILY, now))
    weekly = Q(alert=Alert.WEEKLY, last_alert_at__lt=latest_turn(Alert.WEEKLY, now))
    return SavedSearch.objects.filter(daily | weekly, owner__is_active=True)


def queue_alerts(now: datetime) -> int:
    """Work out the alerts that are due, and queue a mail for each person who is told something; how many."""
    queued, batch = 0, _queue_batch(now)
    while batch is not None:
        queued, batch = queued + batch, _queue_batch(now)
    return queued


@transaction.atomic
def _queue_batch(now: datetime) -> int | None:
    """The next people's alerts; None where nobody's is due. Two schedulers don't work out the same."""
    owners = list(due(now).order_by("owner").values_list("owner", flat=True).distinct()[:BATCH])
    locked = due(now).filter(owner__in=owners).select_for_update(of=("self",))
    searches = list(locked.select_related("owner").order_by("owner", "pk"))
    if not searches:
        return None
    found = _news_of(searches)
    SavedSearch.objects.filter(pk__in=[search.pk for search in searches]).update(last_alert_at=now)
    for owner, by_search in found.items():
        keys = {key for news_ in by_search.values() for key in news_}
        send.enqueue(owner, sorted(by_search), sorted(map(str, keys)))
    return len(found)


def _news_of(searches: list[SavedSearch]) -> dict[int, dict[int, list[UUID]]]:
    """By owner and search what is new to them and visible for them, where anything is. Six statements."""
    owners = list({search.owner_id: search.owner for search in searches}.values())
    principals = audiences.principals_of_all(owners)
    everything = library(
        principals=frozenset({EVERYTHING}),
        repositories={search.repository for search in searches},
        queries=[search.query for search in searches],
    )
    known_audiences = content.known_audiences(everything.access_keys)
    told = announced([search.pk for search in searches])
    parts: dict[frozenset[str], Library] = {}
    found: dict[int, dict[int, list[UUID]]] = defaultdict(dict)
    for search in searches:
        person = principals[search.owner_id]
        access = frozenset(
            key for key, audience in known_audiences.items() if audiences.satisfies(person, audience)
        )
        if access not in parts:
            parts[access] = everything.seen_with(access)
        keys = news([each.key for each in parts[access].matching(search)], told[search.pk])
        if keys:
            found[search.owner_id][search.pk] = keys
    return found


@job(attempts=8, queue="mail")
def send(owner: int, searches: list[int], keys: list[str]) -> bool:
    """Tell somebody of what is new among these entries; whether a mail went out. Running it twice sends nothing twice.

    Raises what the mail server or the way there says.
    """
    connection = get_connection()
    connection.open()
    try:
        message, marks = _announce(owner, searches, [UUID(key) for key in keys])
        if message is None:
            return False
        try:
            connection.send_messages([message])
        except mailing.REFUSED:
            _take_back(marks)
            raise
        except Exception:
            logger.exception("it is open whether an alert of saved searches went out; it isn't sent again")
            raise
        return True
    finally:
        connection.close()


Marks = dict[int, list[UUID]]


@transaction.atomic
def _announce(owner: int, search_pks: list[int], keys: list[UUID]) -> tuple[EmailMessage | None, Marks]:
    """What this person may see now of these entries and hasn't been told of, as a mail; marked as announced."""
    person = get_user_model().objects.filter(pk=owner, is_active=True).first()
    own = SavedSearch.objects.filter(owner=owner, pk__in=search_pks).exclude(alert=Alert.NONE)
    searches = list(own.select_for_update()) if person else []
    if not searches:
        return None, {}
    seen = library(
        principals=audiences.principals_of(person),
        repositories={search.repository for search in searches},
        queries=[search.query for search in searches],
        keys=keys,
    )
    told = announced([search.pk for search in searches])
    marks: Marks = {}
    for search in searches:
        found = news([each.key for each in seen.matching(search)], told[search.pk])
        if found:
            marks[search.pk] = found
    if not marks:
        return None, {}
    note(((search, key) for search, found in marks.items() for key in found), announced=True)
    return alert_mail.compose(person, [(s, marks[s.pk]) for s in searches if s.pk in marks], seen), marks


def _take_back(marks: Marks) -> None:
    """These were not announced after all."""
    for search, keys in marks.items():
        KnownEntry.objects.filter(search=search, key__in=keys).update(announced=False)
