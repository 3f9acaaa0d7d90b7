"""Plain text that people type: one kind of line end, nothing that can't be stored. Pure."""

from django.utils.translation import gettext as _

from cms.core.errors import BadInput


def plain(value, *, most: int, name: str) -> str:
    """The text without blank ends and with single line feeds.

    Raises BadInput `bad_text` for what is no text or can't be stored, `too_long` for more than `most` characters.
    """
    if not isinstance(value, str):
        raise BadInput(code="bad_text", errors={name: [_("This must be text.")]})
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadInput(
            _("The text has a character in it that can't be kept."), code="bad_text", errors={name: ["—"]}
        )
    if len(text) > most:
        sentence = _("The text is too long: at most %(most)s characters.") % {"most": most}
        raise BadInput(sentence, code="too_long", errors={name: [sentence]})
    return text
