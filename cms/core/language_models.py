"""What is chosen for a language where languages are added: whether readers meet it, and whose addresses it has."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Locale
from wagtail_localize.locales.components import LocaleComponentModelForm, register_locale_component

from . import languages


class LanguageForm(LocaleComponentModelForm):
    """Part of the form in which a language is added or changed."""

    def validate_with_locale(self, locale):
        if self.cleaned_data.get("hidden") and locale.language_code == settings.LANGUAGE_CODE:
            raise ValidationError(
                {"hidden": _("This is the site’s own language: what is missing falls back to it.")}
            )


@register_locale_component(heading=_("On this site"), required=True)
class Language(models.Model):
    """A language's choices. No row: readers meet it, and its addresses are those of the originals."""

    locale = models.OneToOneField(Locale, on_delete=models.CASCADE, related_name="+")
    hidden = models.BooleanField(
        _("not ready: hidden from readers"),
        default=False,
        help_text=_(
            "Nothing in this language is on the site or in the API while translators work in it. They and editors see it in "
            "previews. What was published in it is withdrawn, and comes back when this is unticked."
        ),
    )
    own_slugs = models.BooleanField(
        _("addresses of its own"),
        default=False,
        help_text=_(
            "A translation’s address is what its translators type as its slug. Unticked, it is the original’s behind the "
            "language; what was typed is kept. Pages follow when their translation is next put together, and former "
            "addresses lead on."
        ),
    )

    panels = [FieldPanel("hidden"), FieldPanel("own_slugs")]
    base_form_class = LanguageForm

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")

    def __str__(self):
        return str(self.locale)


def ready_codes() -> models.QuerySet:
    """Codes of the languages that were added and that readers meet."""
    hidden = Language.objects.filter(hidden=True).values("locale")
    return Locale.objects.exclude(pk__in=hidden).values_list("language_code", flat=True)


def hidden_codes() -> models.QuerySet:
    """Codes of the languages that readers don't meet: a statement, or part of one."""
    return Language.objects.filter(hidden=True).values_list("locale__language_code", flat=True)


def met(code: str) -> str:
    """A language in which readers are spoken to: this one, or the site's own where they don't meet it. One statement; none for
    the site's own."""
    return settings.LANGUAGE_CODE if code != settings.LANGUAGE_CODE and code in hidden_codes() else code


def offered(*also: str) -> list[tuple[str, str]]:
    """`(code, own name)` of the languages that readers meet, and of those that were chosen before. One statement."""
    hidden = set(hidden_codes()) - set(also)
    return [(code, name) for code, name in languages.choices() if code not in hidden]
