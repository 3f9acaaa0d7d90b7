"""Drafts that somebody looks at in another front end, for as long as a token lasts."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class PreviewDraft(models.Model):
    """A page as it stood in the editor at one moment. Its token names it; whoever made it must still be allowed to edit."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    page_id = models.BigIntegerField(null=True, help_text="Null: a page that was never saved.")
    parent_id = models.BigIntegerField(null=True)
    type = models.CharField(max_length=100)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.type} {self.uuid}"
