"""Guides and the repository of good practices. One module an idea; import from here."""

from .compendium import ChapterPage, CompendiumPage, GuidePage
from .imports import PracticeImport
from .practices import GoodPracticePage
from .repository import (
    PracticeIndexPage,
    PracticeInstrument,
    PracticeOrganisation,
    PracticeTerm,
    ResourceInstrument,
    ResourceTerm,
)
from .resources import ResourcePage
from .reviews import ReviewState, ReviewTask
from .searches import KnownEntry, SavedSearch
from .snippets import Recommendation, Tool
from .submissions import Submission, SubmissionFile, SubmissionTerm

__all__ = [
    "ChapterPage",
    "CompendiumPage",
    "GoodPracticePage",
    "GuidePage",
    "KnownEntry",
    "PracticeImport",
    "PracticeIndexPage",
    "PracticeInstrument",
    "PracticeOrganisation",
    "PracticeTerm",
    "Recommendation",
    "ResourceInstrument",
    "ResourcePage",
    "ResourceTerm",
    "ReviewState",
    "ReviewTask",
    "SavedSearch",
    "Submission",
    "SubmissionFile",
    "SubmissionTerm",
    "Tool",
]
