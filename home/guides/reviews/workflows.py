"""The review of practices as a Wagtail workflow: groups, reviews, and the repositories that have it."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Workflow, WorkflowPage, WorkflowTask

from ..models import PracticeIndexPage, ReviewTask
from . import reviewing

WORKFLOW = "Review of practices"
GROUPS = {
    reviewing.Kind.CONTENT: "Content reviewers",
    reviewing.Kind.HUMAN_RIGHTS: "Human-rights reviewers",
    reviewing.Kind.SECURITY: "Security reviewers",
}


@transaction.atomic
def set_up_reviews() -> Workflow:
    """Three groups, three reviews and the workflow of every repository that has none. Repeatable."""
    workflow, _created = Workflow.objects.get_or_create(name=WORKFLOW)
    for order, (kind, name) in enumerate(GROUPS.items()):
        group, created = Group.objects.get_or_create(name=name)
        if created:
            group.permissions.add(Permission.objects.get(codename="access_admin"))
        task = ReviewTask.objects.filter(kind=kind).first()
        if task is None:
            task = ReviewTask.objects.create(name=str(kind.label), kind=kind)
            task.groups.add(group)
        group.permissions.add(*_submission_rights(kind))
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": order})
    for index in PracticeIndexPage.objects.filter(workflowpage__isnull=True, alias_of__isnull=True):
        attach(index)
    return workflow


def _submission_rights(kind: str) -> list[Permission]:
    """All reviewers see what members send in; those of the content decide what is taken into review."""
    names = ["view_submission", *(["change_submission"] if kind == reviewing.Kind.CONTENT else [])]
    return list(Permission.objects.filter(content_type__app_label="guides", codename__in=names))


def attach(index: PracticeIndexPage) -> None:
    """Give a repository the workflow, where the site has it.

    Its reviewers may publish there: Wagtail publishes in the name of whoever gives the last review. That they publish
    nothing of their own is the gate's matter.
    """
    workflow = Workflow.objects.filter(name=WORKFLOW, active=True).first()
    if workflow is None:
        return
    WorkflowPage.objects.get_or_create(page=index, defaults={"workflow": workflow})
    publish = Permission.objects.get(codename="publish_page", content_type__app_label="wagtailcore")
    for group in Group.objects.filter(reviewtask__workflow_tasks__workflow=workflow).distinct():
        GroupPagePermission.objects.get_or_create(group=group, page=index, permission=publish)
