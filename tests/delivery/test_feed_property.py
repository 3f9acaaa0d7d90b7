"""Whoever follows the feed holds exactly what the API shows, whatever editors do meanwhile.

Writers in threads of their own, with commits of their own, do at random what makes content visible, changes it or takes it
away, while two mirrors follow through HTTP: nobody in particular, and a partner with a member's key. Whenever the writers
pause, each mirror must equal what `/api/v2/pages/` shows to the same caller.

`FEED_PROPERTY_SECONDS` says how long (8 by default), `FEED_PROPERTY_SEED` with which seed: a failure names its own.
"""

import os
import random
import secrets
import threading
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail_localize.operations import TranslationCreator

from cms.changes.log import hold_feed
from cms.changes.maintenance import clear_tombstones
from cms.changes.models import FeedRow, Kind
from cms.core.problems import PublicationRefused
from cms.delivery import keys
from cms.delivery.models import Scope
from home.guides.models import ChapterPage, CompendiumPage, GuidePage
from home.setup import make_site
from tests import world

from .conftest import API

SECONDS = float(os.environ.get("FEED_PROPERTY_SECONDS") or 8)
ACTS_A_ROUND = 5
CHAPTERS_AT_MOST = 10


class Mirror:
    """A client of the feed that keeps what it was told of: `{(key, locale): (id, version, digest)}`."""

    def __init__(self, chance: random.Random, secret: str | None = None):
        self.client = Client(headers={"Authorization": f"Bearer {secret}"} if secret else {})
        self.chance = chance
        self.cursor = None
        self.held, self.listed = {}, set()
        self.begun = 0

    def step(self) -> bool:
        """Take one page of the feed; whether there is more."""
        query = {"limit": self.chance.choice((1, 3, 20))}
        if self.cursor is not None:
            query["cursor"] = self.cursor
        if self.chance.random() < 0.3:
            query["include"] = "document"
        response = self.client.get(f"{API}/changes/", query)
        if response.status_code == 410:
            self.cursor, self.listed = None, set()
            return True
        assert response.status_code == 200, response.content
        answer = response.json()
        if self.cursor is None:
            self.begun, self.listed = self.begun + 1, set()
        for item in answer["items"]:
            self._take(item)
        self.cursor = answer["next_cursor"]
        if not answer["has_more"] and self.listed is not None:
            # The full sync has ended: what it didn't list is gone.
            self.held = {name: value for name, value in self.held.items() if name in self.listed}
            self.listed = None
        return answer["has_more"]

    def _take(self, item):
        name = item["key"], item["locale"]
        if item["kind"] == Kind.WITHDRAWN:
            self.held.pop(name, None)
            if self.listed is not None:
                self.listed.discard(name)
            return
        document = item.get("document")
        source = document["meta"] if document else item
        self.held[name] = item["id"], source["version"], source["digest"]
        if self.listed is not None:
            self.listed.add(name)

    def follow(self) -> None:
        while self.step():
            pass

    def shown(self) -> dict:
        """What the list of pages shows to the same caller now."""
        found, offset = {}, 0
        while True:
            query = {"fields": "_,id,key,locale,version,digest", "limit": 100, "offset": offset}
            answer = self.client.get(f"{API}/pages/", query).json()
            for item in answer["items"]:
                meta = item["meta"]
                found[meta["key"], meta["locale"]] = item["id"], meta["version"], meta["digest"]
            offset += 100
            if offset >= answer["meta"]["total_count"]:
                assert len(found) == answer["meta"]["total_count"]
                return found


class Writer:
    """An editor with two guides of her own, so that no two move the same branch; links go across."""

    def __init__(self, number: int, site: Page, group: Group):
        self.number, self.group, self.made = number, group, 0
        compendium = world.add(
            site, CompendiumPage(title=f"Compendium {number}", slug=f"compendium-{number}")
        )
        self.guides = [
            world.add(compendium, GuidePage(title=f"Guide {number}.{part}", slug=f"guide-{number}-{part}"))
            for part in (1, 2)
        ]
        for guide in self.guides:
            self.create(random.Random(0))
            _translate(guide)

    def act(self, chance: random.Random) -> None:
        """One thing that editors do; sometimes several in one transaction that takes its time."""
        try:
            if chance.random() < 0.2:
                with transaction.atomic():
                    for _ in range(chance.randint(2, 3)):
                        self._act(chance)
                        time.sleep(chance.random() * 0.03)
            else:
                self._act(chance)
        except OperationalError as error:
            # PostgreSQL ended this transaction for another's sake: nothing of it happened, and nothing may show.
            if getattr(error.__cause__, "sqlstate", None) != "40P01":
                raise

    def _act(self, chance):
        try:
            with transaction.atomic():
                chance.choice(ACTS)(self, chance)
        except PublicationRefused:
            pass  # a link to what isn't there any more: the gate's business

    def _own(self, chance, locale=None, **filters) -> Page | None:
        below = Page.objects.filter(
            depth=self.guides[0].depth + 1, url_path__contains=f"/guide-{self.number}-"
        )
        found = list(below.filter(locale__language_code=locale or "en", **filters).order_by("pk"))
        return chance.choice(found).specific if found else None

    def _guide(self, chance) -> Page:
        return GuidePage.objects.get(pk=chance.choice(self.guides).pk)

    def _body(self, chance):
        linked = chance.choice(list(Page.objects.filter(depth__gt=2, live=True).values_list("pk", flat=True)))
        words = f"{chance.randrange(1000)}"
        return [("text", f'<p>Words {words}, see <a linktype="page" id="{linked}">there</a>.</p>')]

    def create(self, chance):
        self.made += 1
        slug = f"chapter-{self.number}-{self.made}"
        page = ChapterPage(
            title=f"Chapter {self.number}.{self.made}", slug=slug, body=[("text", "<p>New.</p>")]
        )
        page = world.add(self._guide(chance), page, live=chance.random() < 0.6)
        if not page.live and chance.random() < 0.6:
            world.publish(page)
        if len(Page.objects.filter(slug__startswith=f"chapter-{self.number}-")) > CHAPTERS_AT_MOST:
            self.delete(chance)

    def edit(self, chance):
        if page := self._own(chance, chance.choice(("en", "fr"))):
            world.publish(
                page, title=f"{page.title.split(',')[0]}, {chance.randrange(100)}", body=self._body(chance)
            )

    def edit_guide(self, chance):
        world.publish(self._guide(chance), summary=f"Summary {chance.randrange(100)}.")

    def move(self, chance):
        if page := self._own(chance):
            page.move(self._guide(chance), pos=chance.choice(("first-child", "last-child")))

    def restrict(self, chance):
        page = self._guide(chance) if chance.random() < 0.3 else self._own(chance)
        if page and not PageViewRestriction.objects.filter(page=page).exists():
            restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
            restriction.groups.add(self.group)

    def lift(self, chance):
        found = list(PageViewRestriction.objects.filter(page__url_path__contains=f"/guide-{self.number}-"))
        if found:
            chance.choice(found).delete()

    def translate(self, chance):
        if page := self._own(chance, live=True):
            _translate(page)

    def unpublish(self, chance):
        page = self._guide(chance) if chance.random() < 0.1 else self._own(chance, live=True)
        if page:
            page.unpublish()

    def publish_again(self, chance):
        hidden = [page for page in self.guides if not Page.objects.get(pk=page.pk).live]
        page = GuidePage.objects.get(pk=hidden[0].pk) if hidden else self._own(chance, live=False)
        if page:
            world.publish(page)

    def delete(self, chance):
        if page := self._own(chance, chance.choice(("en", "en", "fr"))):
            page.delete()


ACTS = [
    Writer.create,
    Writer.edit,
    Writer.edit,
    Writer.edit_guide,
    Writer.move,
    Writer.restrict,
    Writer.lift,
    Writer.translate,
    Writer.unpublish,
    Writer.publish_again,
    Writer.delete,
]


def _translate(page):
    french = world.locale("fr")
    TranslationCreator(user=None, target_locales=[french]).create_translations(page)
    translated = page.get_translation(french).specific
    if translated.alias_of_id:
        translated.alias_of = None
        translated.save()
    world.publish(translated, title=f"{page.title} (fr)")


def _clear_old_tombstones():
    """As if all that was withdrawn until now had been so for the time that tombstones are kept."""
    with transaction.atomic():
        hold_feed()
        FeedRow.objects.filter(kind=Kind.WITHDRAWN).update(at=timezone.now() - timedelta(days=200))
    clear_tombstones()


@pytest.fixture
def group(transactional_db, settings):
    settings.API_RATE_ANONYMOUS = settings.API_RATE_KEY = ""
    return Group.objects.create(name="Members")


@pytest.fixture
def site(group):
    return make_site(title="Compendium")


@pytest.mark.long
def test_mirrors_hold_what_the_api_shows(site, group):
    seed = os.environ.get("FEED_PROPERTY_SEED") or secrets.token_hex(4)
    chance = random.Random(seed)
    key, secret = keys.issue(name="Partner", scopes=[Scope.MEMBERS], groups=[group], now=timezone.now())
    mirrors = [Mirror(random.Random(f"{seed} nobody")), Mirror(random.Random(f"{seed} member"), secret)]
    writers = [Writer(number, site, group) for number in range(4 if connection.vendor == "postgresql" else 2)]
    until, rounds = time.monotonic() + SECONDS, 0
    while rounds == 0 or time.monotonic() < until:
        rounds += 1
        # One that looks away for a while may find its cursor too old.
        looking = [mirror for mirror in mirrors if chance.random() < 0.8]
        _round(writers, looking, chance, f"seed {seed}, round {rounds}")
        if chance.random() < 0.3:
            _clear_old_tombstones()
        if chance.random() < 0.2:
            # Another audience: the cursor ends with it.
            key.groups.set([] if key.groups.exists() else [group])
        for name, mirror in zip(("nobody", "the member"), mirrors, strict=True):
            mirror.follow()
            assert mirror.held == mirror.shown(), f"the mirror of {name} (seed {seed}, round {rounds})"


def _round(writers, mirrors, chance, name):
    """Each writer acts a few times, the mirrors follow all the while. Raises what any of them met."""
    met, done = [], threading.Event()

    def running(work):
        def run():
            try:
                work()
            except Exception as error:
                error.add_note(name)
                met.append(error)
            finally:
                connection.close()

        return threading.Thread(target=run)

    def writing(writer, own):
        for _ in range(ACTS_A_ROUND):
            writer.act(own)

    def following(mirror):
        while not done.is_set():
            mirror.step()
            time.sleep(0.002)

    own = [random.Random(chance.random()) for _ in writers]
    acting = [running(lambda each=each: writing(*each)) for each in zip(writers, own, strict=True)]
    watching = [running(lambda mirror=mirror: following(mirror)) for mirror in mirrors]
    for thread in [*watching, *acting]:
        thread.start()
    if chance.random() < 0.3:
        _clear_old_tombstones()
    for thread in acting:
        thread.join(120)
    done.set()
    for thread in watching:
        thread.join(60)
    assert not any(thread.is_alive() for thread in [*acting, *watching]), f"somebody hangs ({name})"
    if met:
        raise met[0]
