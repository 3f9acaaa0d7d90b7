from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "cms.delivery"
    label = "delivery"

    def ready(self):
        from cms.core.ports import plug

        from . import preview

        plug("other_front_end", preview.on_other_front_end)
