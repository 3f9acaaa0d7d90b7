"""Compile the interface's translations in Python: a bare machine has no gettext."""

import os
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


def stale_catalogues(folders) -> list[Path]:
    """The .po files under `folders` whose .mo is missing or older."""
    stale = []
    for folder in map(Path, folders):
        for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
                stale.append(source)
    return stale


def compile_catalogue(source: Path) -> int:
    """Write `source`.mo beside `source`.po, whole or not at all; how many texts are translated in it.

    Fuzzy entries are guesses and are left out.
    """
    catalogue = polib.pofile(str(source))
    target = source.with_suffix(".mo")
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    catalogue.save_as_mofile(str(scratch))
    scratch.replace(target)
    return len(catalogue.translated_entries())


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/*.po whose compiled form is missing or older."
    requires_system_checks = []

    def handle(self, **options):
        for source in stale_catalogues(settings.LOCALE_PATHS):
            count = compile_catalogue(source)
            if options["verbosity"] > 0:
                language = source.parent.parent.name
                self.stdout.write(f"{language}: {count} texts")
