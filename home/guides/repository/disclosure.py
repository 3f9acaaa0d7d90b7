"""How far something may go: the Traffic Light Protocol 2.0 of FIRST, as a rule over audiences."""

from cms.core import audiences
from cms.core.audiences import Audience

# What each label asks of its readers at least: CLEAR nothing, GREEN a community (somebody known to us), AMBER an
# organisation and those it serves, which here is a group. RED, for the eyes of single people, is not stored at all.
COMMUNITY = audiences.audience({audiences.REGISTERED})


def allowed(label: str, audience: Audience) -> bool:
    """Whether a page with this label may be read by this audience."""
    if label == "CLEAR":
        return True
    if label == "GREEN":
        return audiences.implies(audience, COMMUNITY)
    return any(audiences.REGISTERED not in clause for clause in audience)
