"""Panels of the editor that every page has."""

from wagtail.admin.panels import FieldPanel, Panel

from .ports import port


class ChecklistPanel(Panel):
    """What stands against publishing the draft as it was last saved, and what is done: told before somebody tries."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/checklist/panel.html"

        def is_shown(self):
            # A page that was never saved has no draft to look at.
            return bool(self.instance and self.instance.pk and self.request)

        def get_context_data(self, parent_context=None):
            # Looked up anew: after a refused form the instance holds what wasn't saved.
            checked = port("checklist")(self.instance.pk, self.request.user)
            return super().get_context_data(parent_context) | {
                "checked": checked,
                "page_id": self.instance.pk,
            }


class CorrectionPanel(FieldPanel):
    """Whether this edit only corrects: asked of pages that have been published, about the form and not the page."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self):
            return bool(self.instance and self.instance.live) and super().is_shown()
