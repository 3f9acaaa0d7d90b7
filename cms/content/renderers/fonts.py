"""Fonts for six scripts, from packages: FiraGO (Arabic), Noto Sans (Latin, Cyrillic), Noto Sans CJK (Chinese).

The typesetter reads files, and one of the packages holds its fonts inside modules: they are unpacked once.
"""

import importlib.util
from functools import lru_cache
from pathlib import Path

from django.conf import settings

# Names of faces in pymupdf-fonts.
FACES = ("notos", "notosbo", "notosit", "notosbi", "figo", "figbo", "figit", "figbi")
CJK_PACKAGES = ("cvttf_NotoSansCJK_Regular", "cvttf_NotoSansCJK_Bold")


@lru_cache(maxsize=1)
def folders() -> tuple[str, ...]:
    """The folders with our fonts; those that have to be unpacked lie under the platform's own."""
    import pymupdf_fonts

    own = Path(settings.VAR_DIR, "fonts")
    own.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        target = own / f"{face}.ttf"
        if not target.exists():
            # Written beside and renamed: two workers may do this at once.
            part = target.with_suffix(f".{id(target)}.part")
            part.write_bytes(pymupdf_fonts.myfont(face))
            part.replace(target)
    packages = [Path(importlib.util.find_spec(name).origin).parent for name in CJK_PACKAGES]
    return (str(own), *map(str, packages))


def families(locale: str) -> dict[str, list[str]]:
    """Font families for text and headings of a language, the fallbacks behind: `{body, heading}`."""
    if locale == "ar":
        return {"body": ["FiraGO", "Noto Sans"], "heading": ["FiraGO", "Noto Sans"]}
    if locale.startswith("zh"):
        return {"body": ["Noto Sans CJK TC", "Noto Sans"], "heading": ["Noto Sans CJK TC", "Noto Sans"]}
    others = ["FiraGO", "Noto Sans CJK TC"]
    return {"body": ["Noto Sans", *others], "heading": ["Libertinus Serif", "Noto Sans", *others]}
