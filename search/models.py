"""What search knows of a document: its words, analysed. Whether somebody may see it is never kept here: that is asked of
the document itself, each time."""

from django.db import models
from wagtail.search import index


class Entry(index.Indexed, models.Model):
    """The words of an item's current version, in Wagtail's index under this entry."""

    item = models.OneToOneField("content.ContentItem", on_delete=models.CASCADE, related_name="search_entry")
    locale = models.CharField(max_length=12)
    title = models.TextField(help_text="Words of the title, folded.")
    text = models.TextField(blank=True, help_text="Words of the body, folded.")
    summary = models.TextField(blank=True, help_text="As shown beneath the title in results.")

    search_fields = [index.SearchField("title", boost=2), index.SearchField("text")]

    class Meta:
        verbose_name_plural = "entries"

    def __str__(self):
        return f"{self.item_id}"
