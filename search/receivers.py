"""Signals of this app: each calls one function."""

from django.dispatch import receiver

from cms.changes.api import Kind
from cms.content.api import document_changed

from .indexing import forget_item, index_item


@receiver(document_changed)
def index_changed_document(kind, item, version, **kwargs):
    if kind == Kind.WITHDRAWN:
        forget_item(item)
    else:
        index_item(item, version)
