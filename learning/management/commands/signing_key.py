from django.core.management.base import BaseCommand
from django.utils import timezone

from learning.credentials import keys


class Command(BaseCommand):
    help = "The key that signs badges: makes it where there is none; with --rotate, the next one. Public keys stay."

    def add_arguments(self, parser):
        parser.add_argument("--rotate", action="store_true", help="let a new key sign from now on")

    def handle(self, *, rotate, **options):
        now = timezone.now()
        kid = keys.address(keys.rotate(now).thumbprint) if rotate else keys.signer(now).kid
        self.stdout.write(kid)
