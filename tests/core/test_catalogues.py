"""The interface's translations: compiled without gettext, complete, and safe to format."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

from cms.core.management.commands.compile_catalogues import compile_catalogue, stale_catalogues

LOCALES = ["ar", "zh_Hans", "fr", "ru", "es"]
LOCALE = Path(settings.BASE_DIR) / "locale"
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


def catalogue(code):
    path = LOCALE / code / "LC_MESSAGES" / "django.po"
    assert path.exists(), f"there is no catalogue for {code}; make messages"
    return polib.pofile(str(path))


def translations(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.fixture
def folder(tmp_path):
    target = tmp_path / "fr" / "LC_MESSAGES"
    target.mkdir(parents=True)
    source = target / "django.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=n > 1;\\n"\n\n'
        'msgid "door"\nmsgstr "porte"\n\n'
        '#, fuzzy\nmsgid "roof"\nmsgstr "porte ?"\n\n'
        'msgid "%(n)s tree"\nmsgid_plural "%(n)s trees"\nmsgstr[0] "%(n)s arbre"\nmsgstr[1] "%(n)s arbres"\n'
    )
    return tmp_path


def test_compiling_makes_what_gettext_reads_and_leaves_guesses_out(folder):
    (source,) = stale_catalogues([folder])
    assert compile_catalogue(source) == 2
    french = gettext.translation("django", folder, ["fr"])
    assert french.gettext("door") == "porte"
    assert french.gettext("roof") == "roof"
    assert french.ngettext("%(n)s tree", "%(n)s trees", 2) == "%(n)s arbres"
    assert [path.name for path in sorted(source.parent.iterdir())] == ["django.mo", "django.po"]


def test_only_what_changed_is_compiled(folder):
    (source,) = stale_catalogues([folder])
    compile_catalogue(source)
    assert stale_catalogues([folder]) == []
    newer = source.with_suffix(".mo").stat().st_mtime_ns + 10**9
    os.utime(source, ns=(newer, newer))
    assert stale_catalogues([folder]) == [source]


@pytest.mark.parametrize("code", LOCALES)
def test_every_text_is_translated(code):
    entries = catalogue(code)
    assert [entry.msgid for entry in entries.untranslated_entries()] == []
    assert [entry.msgid for entry in entries.fuzzy_entries()] == []
    assert len(entries) > 50


@pytest.mark.parametrize("code", LOCALES)
def test_translations_keep_the_placeholders(code):
    wrong = []
    for entry in catalogue(code):
        allowed = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
        for text in translations(entry):
            found = set(PLACEHOLDER.findall(text))
            # A plural form may leave the number out ("one day"); nothing may be invented or, elsewhere, lost.
            if found - allowed or (not entry.msgid_plural and found != allowed):
                wrong.append(entry.msgid)
    assert wrong == []


@pytest.mark.parametrize("code", LOCALES)
def test_every_plural_form_is_there(code):
    entries = catalogue(code)
    forms = int(re.search(r"nplurals=(\d+)", entries.metadata["Plural-Forms"]).group(1))
    assert forms == {"ar": 6, "zh_Hans": 1, "fr": 2, "ru": 4, "es": 2}[code] or forms == {
        "ru": 3,
        "fr": 3,
        "es": 3,
    }.get(code)
    for entry in entries:
        if entry.msgid_plural:
            assert len(entry.msgstr_plural) == forms, entry.msgid


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="gettext isn't installed here")
def test_the_catalogues_hold_every_text_of_the_code(tmp_path):
    """Collect the texts anew, in a copy, and compare: a text that was added or changed is in every catalogue."""
    skip = shutil.ignore_patterns(".*", "var", "node_modules", "tests", "docs", "__pycache__", "*.mo")
    copy = tmp_path / "project"
    shutil.copytree(settings.BASE_DIR, copy, ignore=skip)
    (copy / "locale" / "fr" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            sys.executable,
            "manage.py",
            "makemessages",
            "--locale=fr",
            "--no-obsolete",
            "--no-wrap",
            "--verbosity=0",
        ],
        cwd=copy,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "cms.settings.test",
            "COMPENDIUM_VAR": str(tmp_path / "var"),
        },
        check=True,
        capture_output=True,
        timeout=300,
    )
    collected = polib.pofile(str(copy / "locale" / "fr" / "LC_MESSAGES" / "django.po"))
    texts = {(entry.msgctxt, entry.msgid) for entry in collected}
    for code in LOCALES:
        assert texts - {(entry.msgctxt, entry.msgid) for entry in catalogue(code)} == set(), code
