from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuidesConfig(AppConfig):
    name = "home.guides"
    label = "guides"
    verbose_name = _("Guides")

    def ready(self):
        from home import feeds, reading, setup

        from . import receivers  # noqa: F401
        from .repository.views import practice, practice_index
        from .reviews import workflows

        reading.register("guides.PracticeIndexPage", practice_index)
        reading.register("guides.GoodPracticePage", practice)
        feeds.register("guides.GuidePage", "guides.GoodPracticePage", "guides.ResourcePage")
        setup.register_step("reviews", workflows.set_up_reviews)
