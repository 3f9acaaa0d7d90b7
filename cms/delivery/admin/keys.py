"""Keys in the admin: a list, making one, changing, rotating and ending it. A secret is shown once, in the answer to the
request that made it."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail.log_actions import log

from cms.core.errors import BadInput, DomainError

from .. import callers, keys
from ..models import ApiKey, Scope

USES_SHOWN = timedelta(days=30)


class KeyForm(forms.Form):
    """What a key is to be. Its kind is chosen once."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=ApiKey._meta.get_field("name").help_text
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=ApiKey.Kind.choices,
        widget=forms.RadioSelect,
        initial=ApiKey.Kind.SECRET,
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Reads as members of"),
        queryset=Group.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    origins = forms.CharField(
        label=gettext_lazy("Allowed origins"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=ApiKey._meta.get_field("origins").help_text,
    )
    courses = forms.CharField(
        label=gettext_lazy("Courses"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "For “hear of completions”: keys of courses, one a line, as the API shows them in “key”."
        ),
    )
    rate = forms.IntegerField(
        label=gettext_lazy("Requests a minute"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=ApiKey._meta.get_field("rate").help_text,
    )
    expires_at = forms.DateTimeField(
        label=gettext_lazy("Expires"),
        required=False,
        widget=AdminDateTimeInput,
        help_text=gettext_lazy("Empty: never."),
    )

    def clean_origins(self):
        try:
            return sorted({keys.origin_of(line) for line in self.cleaned_data["origins"].split()})
        except BadInput as error:
            raise forms.ValidationError(error.message) from None

    def clean_courses(self):
        try:
            return sorted({str(UUID(line)) for line in self.cleaned_data["courses"].split()})
        except ValueError:
            raise forms.ValidationError(_("A key looks like 91c0f3b3-cd7e-412c-95c2-a8ca36968425.")) from None

    def clean_expires_at(self):
        moment = self.cleaned_data["expires_at"]
        if moment is not None and moment <= timezone.now():
            raise forms.ValidationError(_("That moment has passed."))
        return moment

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            for problem in keys.problems(
                kind=cleaned["kind"],
                scopes=cleaned["scopes"],
                groups=list(cleaned["groups"]),
                origins=cleaned["origins"],
            ):
                self.add_error(None, problem)
        return cleaned


class KeysView(WagtailAdminTemplateMixin, TemplateView):
    """For people who may see keys; `permission` names what a view needs."""

    permission = "delivery.view_apikey"
    header_icon = "key"
    page_title = gettext_lazy("API keys")

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    def get_breadcrumbs_items(self):
        items = [*self.breadcrumbs_items, {"url": reverse_lazy("api_keys"), "label": _("API keys")}]
        return [*items, {"url": "", "label": self.get_header_title()}] if self.kwargs or self.adds else items

    adds = False


class KeyList(KeysView):
    template_name = "wagtailadmin/keys/list.html"

    def get_context_data(self, **kwargs):
        rows = list(ApiKey.objects.select_related("created_by").prefetch_related("secrets", "groups"))
        now = timezone.now()
        return super().get_context_data(**kwargs) | {
            "keys": [(key, state(key, now)) for key in rows],
            "may_add": self.request.user.has_perm("delivery.add_apikey"),
        }


def state(key: ApiKey, now) -> str:
    """`"revoked"`, `"expired"` or `"good"`. Pure."""
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "good"


class NewKey(KeysView):
    permission = "delivery.add_apikey"
    template_name = "wagtailadmin/keys/form.html"
    page_title = gettext_lazy("New API key")
    adds = True

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"form": kwargs.get("form") or KeyForm(), "key": None}

    def post(self, request, *args, **kwargs):
        form = KeyForm(request.POST)
        if form.is_valid():
            key, secret = keys.issue(**form.cleaned_data, by=request.user, now=timezone.now())
            return shown_once(self, key, secret)
        return self.render_to_response(self.get_context_data(form=form))


def shown_once(view, key, secret):
    """The page with a secret that can't be asked for again. In this very answer: it passes through no session."""
    view.template_name = "wagtailadmin/keys/secret.html"
    return view.render_to_response(
        WagtailAdminTemplateMixin.get_context_data(
            view, key=key, secret=secret, old=key.secrets.exclude(expires_at=None).first()
        )
    )


class KeyDetail(KeysView):
    """One key: what it may, how it was used; forms to change, rotate and end it."""

    template_name = "wagtailadmin/keys/form.html"

    @cached_property
    def key(self) -> ApiKey:
        return get_object_or_404(ApiKey, uuid=self.kwargs["uuid"])

    def get_page_title(self):
        return self.key.name

    def get_context_data(self, **kwargs):
        key = self.key
        initial = {
            "name": key.name,
            "kind": key.kind,
            "scopes": key.scopes,
            "groups": key.groups.all(),
            "origins": "\n".join(key.origins),
            "courses": "\n".join(key.courses),
            "rate": key.rate,
            "expires_at": key.expires_at,
        }
        callers.USE.flush()
        since = timezone.now().date() - USES_SHOWN
        return super().get_context_data(**kwargs) | {
            "key": key,
            "state": state(key, timezone.now()),
            "form": kwargs.get("form") or KeyForm(initial=initial),
            "secrets": key.secrets.order_by("created_at"),
            "uses": key.uses.filter(day__gte=since).order_by("-day"),
            "may_change": self.request.user.has_perm("delivery.change_apikey") and key.revoked_at is None,
        }

    def post(self, request, *args, **kwargs):
        if not request.user.has_perm("delivery.change_apikey"):
            raise PermissionDenied
        now = timezone.now()
        try:
            if "rotate" in request.POST:
                secret = keys.rotate(self.key, by=request.user, now=now)
                return shown_once(self, self.key, secret)
            if "revoke" in request.POST:
                keys.revoke(self.key, by=request.user, now=now)
                messages.success(request, _("The key has ended. Nobody reads with it any more."))
                return redirect(reverse("api_key", args=[self.key.uuid]))
        except DomainError:
            messages.error(request, _("This key has ended: make a new one."))
            return redirect(reverse("api_key", args=[self.key.uuid]))
        form = KeyForm({**request.POST.dict(), **self._lists(request.POST), "kind": self.key.kind})
        if self.key.revoked_at is None and form.is_valid():
            change(self.key, form.cleaned_data, by=request.user)
            messages.success(request, _("Saved. It holds from the next request."))
            return redirect(reverse("api_key", args=[self.key.uuid]))
        return self.render_to_response(self.get_context_data(form=form))

    @staticmethod
    def _lists(data):
        return {name: data.getlist(name) for name in ("scopes", "groups")}


@transaction.atomic
def change(key: ApiKey, values: dict, *, by) -> None:
    """Set what a key may do. Its kind stays: a secret that pages have seen doesn't become one."""
    names = ("name", "scopes", "origins", "courses", "rate", "expires_at")
    for name in names:
        setattr(key, name, values[name])
    key.save(update_fields=names)
    key.groups.set(values["groups"])
    log(instance=key, action="delivery.key.change", user=by, data={"scopes": key.scopes})
