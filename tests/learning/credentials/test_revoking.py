"""A certificate is ended by a person with the permission on its course, and a reason: in the admin."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from guardian.shortcuts import assign_perm, remove_perm
from wagtail.models import ModelLogEntry

from cms.changes.models import Announcement
from learning.models import Certificate, CertificateRevocation, Course
from tests.learning import factories


def client(name, *, admin=True, **fields):
    user = factories.person(f"{name}@example.org", **fields)
    if admin:
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    found = Client()
    found.force_login(user)
    found.user = user
    return found


@pytest.fixture
def trainer(certificate):
    found = client("trainer")
    assign_perm("learning.revoke_certificate", found.user, certificate.course)
    return found


def page(certificate):
    return reverse("certificate", kwargs={"uuid": certificate.uuid})


def nothing_changed():
    return (
        Certificate.objects.get().revoked_at is None
        and not CertificateRevocation.objects.exists()
        and not Announcement.objects.filter(topic="certificate.revoked").exists()
    )


def test_somebody_with_the_permission_revokes_with_a_reason(trainer, certificate):
    listed = trainer.get(reverse("certificates"))
    assert str(certificate) in listed.content.decode()
    shown = trainer.get(page(certificate))
    assert "Ada Example" in shown.content.decode()
    response = trainer.post(page(certificate), {"reason": "Somebody else sat the quiz."})
    assert response.status_code == 302
    found = Certificate.objects.get()
    assert found.revoked_at is not None
    assert (found.revocation.by, found.revocation.reason) == (trainer.user, "Somebody else sat the quiz.")
    assert found.enrolment.state == "completed"
    said = Announcement.objects.get(topic="certificate.revoked")
    assert said.data == {"course": str(found.course_id), "certificate": str(found.uuid)}
    assert ModelLogEntry.objects.get(action="learning.certificate.revoke").user == trainer.user
    assert "Somebody else sat the quiz." in trainer.get(page(certificate)).content.decode()


def test_a_second_revocation_changes_nothing(trainer, certificate):
    trainer.post(page(certificate), {"reason": "One"})
    before = Certificate.objects.get().revoked_at
    trainer.post(page(certificate), {"reason": "Two"})
    assert Certificate.objects.get().revoked_at == before
    assert CertificateRevocation.objects.get().reason == "One"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_a_reason_is_needed(trainer, certificate, reason):
    assert trainer.post(page(certificate), {"reason": reason}).status_code == 400
    assert nothing_changed()


def test_everybody_else_is_refused(certificate, site, committed, holder):
    other_course = factories.course(site, committed, title="Another")
    of_other = client("of-other")
    assign_perm("learning.revoke_certificate", of_other.user, Course.objects.get(pk=other_course.key))
    reporter = client("reporter")
    assign_perm("learning.view_report", reporter.user, certificate.course)
    outside = client("outside", admin=False)
    assign_perm("learning.revoke_certificate", outside.user, certificate.course)
    own = Client()
    own.force_login(holder)
    for each in (Client(), own, client("editor"), reporter, outside, of_other):
        response = each.post(page(certificate), {"reason": "No"})
        assert response.status_code in (302, 403, 404)
        assert str(certificate) not in each.get(reverse("certificates")).content.decode()
        assert each.get(page(certificate)).status_code in (302, 403, 404)
        assert nothing_changed()


def test_a_permission_taken_away_ends_at_once(trainer, certificate):
    remove_perm("learning.revoke_certificate", trainer.user, certificate.course)
    assert trainer.post(page(certificate), {"reason": "No"}).status_code in (302, 403)
    assert nothing_changed()


def test_a_list_has_the_same_statements_however_long(trainer, certificate, complete, offering):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert trainer.get(reverse("certificates")).status_code == 200
        return len(seen)

    statements()
    before = statements()
    for number in range(3):
        complete(offering, factories.person(f"more{number}@example.org"))
    assert statements() == before


def test_the_list_says_what_it_is(trainer):
    html = trainer.get(reverse("certificates")).content.decode()
    assert "<title>Certificates" in " ".join(html.split()).replace("<title> ", "<title>")
