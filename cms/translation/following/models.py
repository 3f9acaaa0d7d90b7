"""The wish, by the revision that it was said of."""

from django.db import models


class FollowedRevision(models.Model):
    """Translations are to be brought up to date when this revision of their original is published. Gone when that is done,
    or can't come any more."""

    revision = models.OneToOneField("wagtailcore.Revision", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, help_text="Since when there is something to be done.")

    class Meta:
        # Made by whoever publishes and may submit for translation.
        default_permissions = ()

    def __str__(self):
        return f"translations follow revision {self.revision_id}"
