from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "cms.delivery"
    label = "delivery"

    def ready(self):
        from cms.core.ports import plug

        from . import checks, preview, receivers  # noqa: F401
        from .purging import backends, http, urls

        plug("other_front_end", preview.on_other_front_end)
        backends.register("http", http.HttpPurge)
        backends.register("wagtail", urls.WagtailPurge)
