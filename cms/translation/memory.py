"""The memory: texts that were published with their translations, offered where the same or nearly the same is translated.

What is offered comes from things that the person may see; what came in files of a memory is everybody's at the desk.
What is kept and forgotten: `remembering`.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from rapidfuzz import fuzz, process
from wagtail_localize.models import Translation

from . import access
from .markup import plain
from .models import MemoryUnit

# `tool_name` of a text that was filled in from the memory and that nobody has looked at yet.
FROM_MEMORY = "memory"
# Below that a match costs more reading than it saves writing.
AT_LEAST = 70
MOST_MATCHES = 3
# Of the units whose length allows a match, the latest.
MOST_COMPARED = 20_000


@dataclass(frozen=True)
class Match:
    """A text of the memory that is `percent` alike (100: to the last tag), and its translation; both inline HTML."""

    percent: int
    source: str
    target: str


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def offered(user, source_locale: int, target_locale: int) -> QuerySet[MemoryUnit]:
    """The units that a person may be offered between two languages, the latest first."""
    sources = access.seen_sources(user).order_by().values("object_id")
    return MemoryUnit.objects.filter(
        Q(origin=None) | Q(origin__in=sources), source_locale=source_locale, target_locale=target_locale
    ).order_by("-updated_at", "-pk")


def exact(user, translation: Translation, texts: Collection[str]) -> dict[str, str]:
    """Translations of those of these texts that are in the memory letter by letter. One statement."""
    keys = {digest(text): text for text in texts}
    rows = offered(user, translation.source.locale_id, translation.target_locale_id)
    found: dict[str, str] = {}
    for key, target in rows.filter(source_digest__in=keys).values_list("source_digest", "target"):
        found.setdefault(keys[key], target)
    return found


def matches(user, translation: Translation, text: str) -> list[Match]:
    """What the memory has for a text, the most alike first. One statement."""
    wanted = plain(text)
    length = max(1, len(wanted))
    rows = offered(user, translation.source.locale_id, translation.target_locale_id).filter(
        length__gte=length * AT_LEAST // 100, length__lte=length * 100 // AT_LEAST + 1
    )
    return ranked(text, list(rows.values_list("source", "target")[:MOST_COMPARED]))


def ranked(text: str, units: Sequence[tuple[str, str]]) -> list[Match]:
    """The best of `(source, target)` for a text, each translation once. Pure.

    Alike is how many characters stay where one is made into the other; only what is the same with its tags is 100.
    """
    wanted = plain(text)
    found = process.extract(
        wanted,
        [plain(source) for source, _target in units],
        scorer=fuzz.ratio,
        score_cutoff=AT_LEAST,
        limit=50,
    )
    best: dict[str, Match] = {}
    for _plain, score, index in found:
        source, target = units[index]
        percent = 100 if source == text else min(99, int(score))
        if target not in best or best[target].percent < percent:
            best[target] = Match(percent, source, target)
    return sorted(best.values(), key=lambda match: -match.percent)[:MOST_MATCHES]
