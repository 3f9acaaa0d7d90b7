"""What tests of the desk look at."""

from wagtail_localize.models import Translation

from cms.translation.models import Comment, MemoryUnit, Work


def work_of(translation) -> Work:
    return Work.objects.get(translation=translation)


def stored() -> list[dict]:
    """Everything of the desk, as it is in the database."""
    models = (Work, Comment, MemoryUnit, Translation)
    return [row for model in models for row in model.objects.order_by("pk").values()]
