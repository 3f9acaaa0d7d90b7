"""Taking over what lessons show from guides: who is under way gets the newest version of it, within their edition."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import Page

from cms.content import api as content
from cms.core.errors import Conflict, NotFound, NotPermitted
from learning.catalogue import publishing

LOGGED_AS = "learning.take_over_sources"


def take_over(*, course_key: UUID, chosen: Mapping[int, int], by) -> int:
    """Let what is published of these lessons flow into the running edition of their course, all of them or none.

    `chosen` maps ids of lessons' pages to the primary keys of the versions that whoever asks has looked at. Returns how many
    there were. Raises NotFound where one doesn't wait, NotPermitted unless `by` may publish each, Conflict `waits_for_edition`
    where a lesson's own questions, keys or blocks wait as well, `published_meanwhile` where another version does.
    """
    with transaction.atomic():
        content.take_turn()
        edition = content.current_edition(course_key)
        waiting = {each.item.page_id: each for each in publishing.waiting_in(edition)} if edition else {}
        if not chosen or not chosen.keys() <= waiting.keys():
            raise NotFound
        pages = Page.objects.in_bulk(chosen)
        for page_id, version in chosen.items():
            found = waiting[page_id]
            if page_id not in pages or not pages[page_id].permissions_for_user(by).can_publish():
                raise NotPermitted
            words = {"title": found.item.title}
            if found.item.current_id != version:
                message = _("“%(title)s” has been published meanwhile. Look at what has changed.")
                raise Conflict(message % words, code="published_meanwhile")
            if found.own:
                message = _(
                    "“%(title)s” itself was changed in ways that wait for the next edition: it comes with that."
                )
                raise Conflict(message % words, code="waits_for_edition")
        for page_id in chosen:
            found = waiting[page_id]
            content.let_flow(edition, found.item)
            data = {
                "edition": edition.number,
                "kept": found.kept.number,
                "version": found.item.current.number,
                "sources": [
                    *(each.changed.after["title"] for each in found.sources),
                    *(value["title"] for value in found.withdrawn),
                ],
            }
            log(instance=pages[page_id], action=LOGGED_AS, user=by, data=data)
        return len(chosen)
