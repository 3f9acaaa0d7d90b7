"""What domains attach to their pages: terms, organisations, legal instruments, the glossary."""

from .glossary import GlossaryTerm
from .instruments import InstrumentTitle, LegalInstrument
from .organisations import Organisation, OrganisationName, Partnership
from .sheets import LabelSheet, LabelsInStep
from .terms import Taxonomy, Term, TermLabel

__all__ = [
    "GlossaryTerm",
    "InstrumentTitle",
    "LabelSheet",
    "LabelsInStep",
    "LegalInstrument",
    "Organisation",
    "OrganisationName",
    "Partnership",
    "Taxonomy",
    "Term",
    "TermLabel",
]
