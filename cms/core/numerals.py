"""Numbers as each language writes them. Pure."""

# Arabic-Indic digits, as the United Nations' Arabic texts have them.
_DIGITS = {"ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")}


def localised(text: object, language: str) -> str:
    """The text with its digits in the language's own: `localised("4.2", "ar") == "٤.٢"`."""
    text = str(text)
    table = _DIGITS.get(language.partition("-")[0])
    return text.translate(table) if table else text


def bcp47(code: str) -> str:
    """A language tag in its usual spelling, for attributes: `bcp47("zh-hans") == "zh-Hans"`."""
    language, _, script = code.partition("-")
    return f"{language}-{script.title()}" if len(script) == 4 else code
