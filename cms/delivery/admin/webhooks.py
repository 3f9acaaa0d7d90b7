"""Webhooks in the admin: endpoints, their deliveries with every attempt, sending again and sending a test."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..models import ApiKey, WebhookDelivery, WebhookEndpoint
from ..webhooks import endpoints, fanout, topics
from .keys import KeysView

SHOWN = 30
Status = WebhookDelivery.Status


class EndpointForm(forms.Form):
    key = forms.ModelChoiceField(
        label=gettext_lazy("Key"),
        queryset=ApiKey.objects.none(),
        help_text=gettext_lazy("It hears of what this key may read, and of nothing else."),
    )
    url = forms.CharField(label=gettext_lazy("Address"), max_length=500, help_text=gettext_lazy("https://…"))
    topics = forms.MultipleChoiceField(label=gettext_lazy("Topics"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, key=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = [(name, name) for name in topics.known()]
        if key is not None:
            del self.fields["key"]
        else:
            self.fields["key"].queryset = ApiKey.objects.filter(revoked_at=None, kind=ApiKey.Kind.SECRET)
        self.key = key

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            for problem in endpoints.problems(
                key=self.key or cleaned["key"], url=cleaned["url"], wanted=cleaned["topics"]
            ):
                self.add_error(None, problem)
        return cleaned


class WebhooksView(KeysView):
    permission = "delivery.view_webhookendpoint"
    header_icon = "link-external"
    page_title = gettext_lazy("Webhooks")

    def get_breadcrumbs_items(self):
        items = [
            *WagtailAdminTemplateMixin.breadcrumbs_items,
            {"url": reverse_lazy("webhooks"), "label": _("Webhooks")},
        ]
        return [*items, {"url": "", "label": self.get_header_title()}] if self.kwargs or self.adds else items


class EndpointList(WebhooksView):
    template_name = "wagtailadmin/webhooks/list.html"

    def get_context_data(self, **kwargs):
        rows = WebhookEndpoint.objects.select_related("api_key").annotate(
            waiting=Count("deliveries", filter=Q(deliveries__status=Status.WAITING)),
            dead=Count("deliveries", filter=Q(deliveries__status=Status.DEAD)),
            last=Max("deliveries__delivered_at"),
        )
        return super().get_context_data(**kwargs) | {
            "endpoints": rows,
            "may_add": self.request.user.has_perm("delivery.add_webhookendpoint"),
        }


class NewEndpoint(WebhooksView):
    permission = "delivery.add_webhookendpoint"
    template_name = "wagtailadmin/webhooks/form.html"
    page_title = gettext_lazy("New webhook")
    adds = True

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"form": kwargs.get("form") or EndpointForm()}

    def post(self, request, *args, **kwargs):
        form = EndpointForm(request.POST)
        if form.is_valid():
            values = form.cleaned_data
            endpoint, secret = endpoints.register(
                key=values["key"],
                url=values["url"],
                wanted=values["topics"],
                by=request.user,
                now=timezone.now(),
            )
            return shown_once(self, endpoint, secret)
        return self.render_to_response(self.get_context_data(form=form))


def shown_once(view, endpoint, secret):
    """The page with a signing secret that can't be asked for again."""
    view.template_name = "wagtailadmin/webhooks/secret.html"
    return view.render_to_response(
        WagtailAdminTemplateMixin.get_context_data(view, endpoint=endpoint, secret=secret)
    )


class EndpointDetail(WebhooksView):
    """One endpoint and what was sent to it. What can be done: change, pause, go on, rotate, test, send again, remove."""

    template_name = "wagtailadmin/webhooks/detail.html"

    @cached_property
    def endpoint(self) -> WebhookEndpoint:
        return get_object_or_404(WebhookEndpoint.objects.select_related("api_key"), uuid=self.kwargs["uuid"])

    def get_page_title(self):
        return self.endpoint.url

    def get_context_data(self, **kwargs):
        endpoint, status = self.endpoint, self.request.GET.get("status", "")
        rows = endpoint.deliveries.order_by("-at", "-pk").prefetch_related("tries")
        if status in Status.values:
            rows = rows.filter(status=status)
        page = Paginator(rows, SHOWN).get_page(self.request.GET.get("p"))
        initial = {"url": endpoint.url, "topics": endpoint.topics}
        return super().get_context_data(**kwargs) | {
            "endpoint": endpoint,
            "deliveries": page,
            "status": status,
            "statuses": Status.choices,
            "form": kwargs.get("form") or EndpointForm(initial=initial, key=endpoint.api_key),
            "may_change": self.request.user.has_perm("delivery.change_webhookendpoint"),
            "may_delete": self.request.user.has_perm("delivery.delete_webhookendpoint"),
        }

    def post(self, request, *args, **kwargs):
        if not request.user.has_perm("delivery.change_webhookendpoint"):
            raise PermissionDenied
        endpoint, by, now = self.endpoint, request.user, timezone.now()
        act = request.POST.get("act")
        if act == "pause":
            endpoints.pause(endpoint, by=by, now=now)
            messages.success(request, _("Paused. What happens meanwhile waits."))
        elif act == "resume":
            endpoints.resume(endpoint, by=by, now=now)
            messages.success(request, _("It goes on: what waited is sent now."))
        elif act == "rotate":
            return shown_once(self, endpoint, endpoints.rotate(endpoint, by=by, now=now))
        elif act == "test":
            fanout.send_test(endpoint, now=now)
            messages.success(request, _("A test is on its way: look below in a few seconds."))
        elif act == "replay":
            self._replay(request, endpoint, now)
        elif act == "remove":
            if not request.user.has_perm("delivery.delete_webhookendpoint"):
                raise PermissionDenied
            endpoint.delete()
            messages.success(request, _("The webhook is gone, and its deliveries with it."))
            return redirect("webhooks")
        else:
            form = EndpointForm(request.POST, key=endpoint.api_key)
            if not form.is_valid():
                return self.render_to_response(self.get_context_data(form=form))
            endpoints.change(
                endpoint, url=form.cleaned_data["url"], wanted=form.cleaned_data["topics"], by=by
            )
            messages.success(request, _("Saved."))
        return redirect(reverse("webhook", args=[endpoint.uuid]))

    def _replay(self, request, endpoint, now):
        """Those that were ticked, or all between two days."""
        form = RangeForm(request.POST)
        rows = endpoint.deliveries.all()
        chosen = request.POST.getlist("delivery")
        if chosen:
            known = [each for each in chosen if each.isdecimal() and len(each) < 19]
            rows = rows.filter(pk__in=known)
        elif form.is_valid() and form.cleaned_data["since"]:
            rows = rows.filter(at__date__gte=form.cleaned_data["since"])
            if form.cleaned_data["until"]:
                rows = rows.filter(at__date__lte=form.cleaned_data["until"])
        else:
            messages.error(request, _("Tick deliveries, or say since when."))
            return
        number = endpoints.replay(endpoint, deliveries=list(rows.only("pk")), by=request.user, now=now)
        messages.success(
            request,
            ngettext("%(n)d delivery is sent again.", "%(n)d deliveries are sent again.", number)
            % {"n": number},
        )


class RangeForm(forms.Form):
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
