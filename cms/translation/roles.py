"""The languages of a group, in the form in which its other rights are given."""

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from cms.core import languages

from .models import LanguageRole

Role = LanguageRole.Role


class LanguageRolesPanel(forms.Form):
    """Which languages the members of a group translate into, and of which they review and publish translations."""

    translator = forms.MultipleChoiceField(
        label=_("Translate into"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reviewer = forms.MultipleChoiceField(
        label=_("Review and publish translations into"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Of what they may see. Nobody approves what they wrote themselves, unless the site allows it."
        ),
    )

    def __init__(self, data=None, files=None, instance=None, prefix="languages"):
        self.instance = instance
        order = {code: position for position, code in enumerate(languages.codes())}
        locales = sorted(Locale.objects.all(), key=lambda each: order.get(each.language_code, len(order)))
        held = (
            set(instance.language_roles.values_list("role", "locale_id"))
            if instance is not None and instance.pk
            else set()
        )
        initial = {role: [str(pk) for each, pk in held if each == role] for role in Role.values}
        super().__init__(data, files, prefix=prefix, initial=initial)
        for role in Role.values:
            self.fields[role].choices = [
                (str(each.pk), languages.name(each.language_code)) for each in locales
            ]

    def save(self) -> None:
        """Add what is missing and take away what was unticked."""
        wanted = {(role, int(pk)) for role in Role.values for pk in self.cleaned_data[role]}
        held = {(each.role, each.locale_id): each.pk for each in self.instance.language_roles.all()}
        LanguageRole.objects.filter(pk__in=[pk for key, pk in held.items() if key not in wanted]).delete()
        LanguageRole.objects.bulk_create(
            LanguageRole(group=self.instance, role=role, locale_id=pk) for role, pk in wanted - held.keys()
        )

    def as_admin_panel(self) -> str:
        return render_to_string("wagtailadmin/translation/roles.html", {"form": self})
