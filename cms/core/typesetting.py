"""Setting type in six scripts: PDF/UA, and pictures, from a fixed template and a value beside it.

The value goes in as data: text in it stays text, whatever it looks like. Fonts come from packages: FiraGO (Arabic), Noto
Sans (Latin, Cyrillic), Noto Sans CJK (Chinese). The typesetter reads files, and one of the packages holds its fonts inside
modules: they are unpacked once.
"""

import importlib.util
import shutil
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import orjson
import typst
from django.conf import settings

from . import languages

# Names of faces in pymupdf-fonts.
FACES = ("notos", "notosbo", "notosit", "notosbi", "figo", "figbo", "figit", "figbi")
CJK_PACKAGES = ("cvttf_NotoSansCJK_Regular", "cvttf_NotoSansCJK_Bold")

# How typst names languages; what isn't here is named as we do.
_TAGS = {"zh-hans": ("zh", "hans", "CN")}


def compile_in(root: Path, template: Path, value: Mapping, *, format: str = "pdf") -> bytes:
    """Set a template in `root`, which may hold pictures, from a value under its name with `.json`.

    `format` is `pdf` (PDF/UA-1), `svg` or `png` (of a single page). The same value gives the same bytes.
    Raises typst.TypstError where it can't be set, which is a defect of ours.
    """
    (root / template.with_suffix(".json").name).write_bytes(orjson.dumps(value))
    shutil.copyfile(template, root / template.name)
    options = {"pdf_standards": ["ua-1"], "timestamp": 0} if format == "pdf" else {"format": format}
    return typst.compile(
        str(root / template.name), root=str(root), font_paths=_fonts(), sys_inputs={}, **options
    )


def compile_alone(
    template: Path, value: Mapping, *, files: Mapping[str, bytes] | None = None, format: str = "pdf"
) -> bytes:
    """The same for a document of one value and a few files by name."""
    with tempfile.TemporaryDirectory(prefix="compendium-type-") as folder:
        root = Path(folder)
        for name, content in (files or {}).items():
            (root / name).write_bytes(content)
        return compile_in(root, template, value, format=format)


def language(locale: str) -> dict:
    """A language as templates take it: `{lang, script, region, rtl}`."""
    lang, script, region = _TAGS.get(locale, (locale, "", ""))
    return {
        "lang": lang,
        "script": script or None,
        "region": region or None,
        "rtl": languages.direction(locale) == "rtl",
    }


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # Read once a process: reading them is most of what a short document takes.
    return typst.Fonts(include_system_fonts=False, font_paths=list(folders()))


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
