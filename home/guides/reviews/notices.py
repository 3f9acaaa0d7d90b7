"""Mail about reviews."""

from django.db import transaction
from wagtail.admin.mail import GroupApprovalTaskStateSubmissionEmailNotifier


class ReviewWanted(GroupApprovalTaskStateSubmissionEmailNotifier):
    """Tells a review's people that one waits for them, once it is certain that it does.

    Wagtail announces the steps of its own kind of task, and does so before the commit.
    """

    def __call__(self, instance=None, **kwargs):
        transaction.on_commit(lambda: super(ReviewWanted, self).__call__(instance=instance, **kwargs))

    def get_recipient_users(self, task_state, **kwargs):
        return super().get_recipient_users(task_state, **kwargs).distinct()

    def get_context(self, task_state, **kwargs):
        return super().get_context(task_state, **kwargs) | {"task_state": task_state}
