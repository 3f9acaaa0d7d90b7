"""Executing the plan of a file: all of it in one transaction, or nothing; once; and only what was shown."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.core.cache import caches
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.core.errors import Conflict, DomainError, NotFound

from .record import WAITS, FileImport

#: More of these than this are written in the background: each takes some hundredths of a second.
AT_ONCE = 200
KEEP_UNFINISHED = timedelta(days=1)
KEEP_FINISHED = timedelta(days=7)

State = FileImport.State
Told = Callable[[int, int], None]


class Stale(Conflict):
    """What would be written isn't what was confirmed: something was changed since."""

    code = "import_stale"
    message = _("Something was changed in the meantime. This is the plan as it is now.")


class Faulty(Conflict):
    """The plan has errors."""

    code = "import_faulty"
    message = _("Nothing is imported while a row has an error.")


class Spent(Conflict):
    """It was executed already, or waited too long."""

    code = "import_spent"
    message = _("This file was imported already, or waited too long. Upload it again.")


class Plan(Protocol):
    """What a file would do. `faults` are reasons against all of it, `writing` what is written one by one."""

    faults: Collection
    writing: Collection
    counts: Mapping[str, int]

    def digest(self) -> str:
        """The same for the same effect on the same state, and for nothing else."""


class Process(ABC):
    """How files of one kind become content. Subclasses say whose they may be, what they would do, and how it is done."""

    model: type[FileImport]
    #: relations of a record that every step needs
    related: tuple[str, ...] = ("user",)
    #: how much is written while its person waits; None: as much as pages allow
    at_once: int | None = None

    @abstractmethod
    def permit(self, record) -> None:
        """Raises NotPermitted where the record's person may not do this (any more)."""

    @abstractmethod
    def planned(self, record) -> Plan:
        """What executing it now would do, for its person."""

    @abstractmethod
    def hold(self, record) -> None:
        """Lock what would be written to, before it is planned for the last time."""

    def is_current(self, plan) -> bool:
        """Whether what the plan would change is as it was when the plan was made. Locks that."""
        return True

    @abstractmethod
    def write(self, record, plan, now: datetime, told: Told) -> None:
        """Write what the plan says; `told(done, of_all)` after each."""

    @abstractmethod
    def enqueue(self, pk: str) -> None:
        """Let a worker call `run` with it."""

    def confirm(self, pk: UUID, *, user, digest: str, now: datetime):
        """Execute what this person has seen as the plan with this digest; a long one goes into the queue.

        Raises NotFound for somebody else's, Spent, NotPermitted, Faulty and Stale; nothing is changed then.
        """
        with transaction.atomic():
            record = self._locked(pk)
            if record is None or record.user_id != user.pk:
                raise NotFound()
            if record.state != State.PLANNED or record.expired(now):
                raise Spent()
            confirmed = self._confirmed(record, digest)
            if len(confirmed.writing) > (self.at_once or AT_ONCE):
                record.state, record.digest = State.QUEUED, digest
                record.save(update_fields=["state", "digest"])
                self.enqueue(str(record.pk))
            else:
                self._finish(record, confirmed, now, _silent)
        return record

    def run(self, pk: str) -> None:
        """Execute a confirmed plan in the background. A second run, after a worker was lost, finds it as it was or done."""
        waiting = self.model.objects.filter(pk=pk, state__in=[State.QUEUED, State.RUNNING])
        if not waiting.update(state=State.RUNNING):
            return
        try:
            with transaction.atomic():
                record = self._locked(UUID(pk))
                if record is not None and record.state == State.RUNNING:
                    confirmed = self._confirmed(record, record.digest)
                    self._finish(record, confirmed, timezone.now(), _noted(record))
        except OperationalError:
            raise  # the database was busy: it is tried again
        except Exception as error:
            reason = error.code if isinstance(error, DomainError) else "fault"
            waiting.update(state=State.FAILED, reason=reason, finished_at=timezone.now())
            if not isinstance(error, DomainError):
                raise

    def forget(self, now: datetime) -> None:
        """Delete what waited too long, and what was done a while ago."""
        imports = self.model.objects
        imports.filter(state=State.PLANNED, created_at__lt=now - WAITS).delete()
        imports.filter(state__in=[State.QUEUED, State.RUNNING], created_at__lt=now - KEEP_UNFINISHED).delete()
        imports.filter(finished_at__lt=now - KEEP_FINISHED).delete()

    def _locked(self, pk: UUID):
        records = self.model.objects.select_for_update(of=("self",)).select_related(*self.related)
        return records.filter(pk=pk).first()

    def _confirmed(self, record, digest: str) -> Plan:
        """The plan as it is now, if it is the one with this digest. Locks what it would change."""
        self.permit(record)
        self.hold(record)
        found = self.planned(record)
        if found.faults:
            raise Faulty()
        if found.digest() != digest or not self.is_current(found):
            raise Stale()
        return found

    def _finish(self, record, confirmed: Plan, now: datetime, told: Told) -> None:
        self.write(record, confirmed, now, told)
        record.state, record.counts, record.finished_at = State.DONE, confirmed.counts, now
        record.save(update_fields=["state", "counts", "finished_at", *record.emptied()])


class PageProcess(Process):
    """How files become pages below a page."""

    @abstractmethod
    def page_id(self, record) -> int:
        """The page below which everything comes: nobody adds to it meanwhile."""

    @abstractmethod
    def revisions(self, plan) -> dict[int, int | None]:
        """`{page: its latest revision}` of what the plan would change, as it was when the plan was made."""

    def hold(self, record):
        Page.objects.select_for_update().get(pk=self.page_id(record))

    def is_current(self, plan):
        revisions = self.revisions(plan)
        locked = Page.objects.select_for_update().filter(pk__in=revisions).order_by("pk")
        return dict(locked.values_list("pk", "latest_revision_id")) == revisions


def progress(record: FileImport) -> int:
    """How many have been written so far; they show when all are. Told by the process that writes."""
    return caches["progress"].get(f"import-{record.pk}", 0)


def _silent(done: int, total: int) -> None:
    pass


def _noted(record: FileImport) -> Told:
    """A note of how far it is, outside of the transaction: nobody sees what that holds before its end."""

    def told(done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
            caches["progress"].set(f"import-{record.pk}", done, 3600)

    return told
