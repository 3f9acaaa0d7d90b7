"""What the pipeline tells packages above it. Receivers run in the transaction of the change: keep them short."""

from django.dispatch import Signal

# kind (cms.changes Kind value), item (ContentItem), version (ContentVersion), previous (ContentVersion or None)
document_changed = Signal()

# ids (of ContentVersion): in the transaction of a recall, before they are destroyed. Let go of what holds them.
versions_recalled = Signal()

# edition (the new Edition), in the transaction of its release. Not sent for the first, which publication makes.
edition_released = Signal()
