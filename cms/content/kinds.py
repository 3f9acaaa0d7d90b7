"""What types of pages say of their documents."""

from functools import lru_cache

from django.apps import apps

from cms.core.pages import BasePage


@lru_cache(maxsize=1)
def types_for_editors() -> tuple[str, ...]:
    """The types whose documents nobody reads: others are made of them."""
    return tuple(
        model._meta.label for model in apps.get_models() if issubclass(model, BasePage) and model.for_editors
    )
