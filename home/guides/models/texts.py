"""Rich text of guides and practices."""

from wagtail.fields import RichTextField

from cms.core import richtext


def text_field(label, help_text="", **options):
    """A rich-text field with the platform's features."""
    return RichTextField(label, features=richtext.FEATURES, blank=True, help_text=help_text, **options)
