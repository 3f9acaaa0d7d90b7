"""What learning tells others, in the transaction of the change and exactly once."""

from django.dispatch import Signal

# enrolment (Enrolment)
enrolment_completed = Signal()
