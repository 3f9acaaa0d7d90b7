"""Requests as those who decide about them see them."""

from django.utils.translation import gettext as _

from learning.progress.models import Enrolment


def request_value(enrolment: Enrolment) -> dict:
    """A request: `{id, learner, name, requested_at, language}`. Somebody who was erased is there by pseudonym."""
    user = enrolment.learner.user
    return {
        "id": enrolment.uuid,
        "learner": enrolment.learner.uuid,
        "name": str(user) if user else _("Removed"),
        "requested_at": enrolment.enrolled_at,
        "language": enrolment.language,
    }
