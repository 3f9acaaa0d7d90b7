"""Signals of this app: each calls one function."""

from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from .images import make_renditions
from .models import File, Image
from .uploads import describe_file, strip_picture


@receiver(pre_save, sender=Image)
def strip_uploaded_picture(instance, raw=False, **kwargs):
    if not raw:
        strip_picture(instance)


@receiver(pre_save, sender=File)
def describe_uploaded_file(instance, raw=False, **kwargs):
    if not raw:
        describe_file(instance)


@receiver(post_save, sender=Image)
def make_renditions_of_upload(instance, raw=False, **kwargs):
    if not raw:
        transaction.on_commit(lambda: make_renditions(instance), robust=True)
