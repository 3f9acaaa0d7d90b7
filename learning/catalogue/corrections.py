"""Versions of quizzes and bank questions whose keys correct one another: what a regrade goes by."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db.models import F, QuerySet

from cms.content import api as content

from . import identity


@dataclass(frozen=True)
class Correctable:
    """A version with what people and programs need to choose it for a regrade: `version` with its item, `body`, `private`."""

    version: object
    body: dict
    private: dict

    @property
    def parts(self) -> tuple[dict, dict]:
        return self.body, self.private


def versions(version_ids: Collection[int] | QuerySet) -> list[Correctable]:
    """These versions, the earliest of each item first. One statement."""
    rows = apps.get_model("content", "ContentVersion").objects.filter(pk__in=version_ids)
    return [
        Correctable(version, content.body(version), content.private_part(version))
        for version in rows.select_related("item").order_by("number")
    ]


def published(keys: Collection[UUID]) -> dict[UUID, Correctable]:
    """What is published of quizzes or bank questions in their source languages, by key. One statement."""
    items = apps.get_model("content", "ContentItem").objects.filter(
        key__in=keys, locale=F("source_locale"), current__isnull=False
    )
    return {each.version.item.key: each for each in versions(items.values("current"))}


def corrects(before: Correctable, after: Correctable) -> bool:
    """Whether the keys of one version can take the place of another's: it asks the same by the same rules."""
    rule_names = getattr(apps.get_model(before.version.item.type), "rule_fields", ())
    return before.version.item_id == after.version.item_id and identity.is_correction(
        before.parts, after.parts, rule_names
    )


def grades_alike(before: Correctable, after: Correctable) -> bool:
    return identity.same_keys(before.private, after.private)
