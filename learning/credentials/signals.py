"""What credentials tell others, in the transaction of the change."""

from django.dispatch import Signal

# certificate (Certificate)
certificate_issued = Signal()
certificate_revoked = Signal()
