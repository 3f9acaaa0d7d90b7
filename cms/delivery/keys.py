"""Keys: making, rotating, ending them; and whose eyes a key reads with, now."""

import hashlib
import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from cms.core import audiences
from cms.core.errors import BadInput, Conflict

from .models import ApiKey, ApiKeySecret, Scope

MARK = "cmp_"
# After a rotation the old secret stays good for as long as a partner may need to change it.
OVERLAP = timedelta(days=7)

_SECRET = re.compile(r"cmp_[A-Za-z0-9_-]{8}_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Reader:
    """A key at work: what it reads as. `rate` is requests a minute, or None for the site's own limit."""

    id: int
    principals: frozenset[str]
    scopes: frozenset[str]
    origins: tuple[str, ...]
    browser: bool
    rate: int | None
    #: keys of the courses that it may hear of
    courses: frozenset[str]


def new_secret() -> tuple[str, str, str]:
    """A fresh secret as `(secret, readable prefix, digest)`."""
    prefix = MARK + secrets.token_urlsafe(6)
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    return secret, prefix, digest_of(secret)


def digest_of(secret: str) -> str:
    # A secret of 256 random bits needs no salt and no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()


def origin_of(address: str) -> str:
    """An origin as browsers send it: scheme, host, port where it isn't the scheme's own. Raises BadInput for others."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        raise BadInput(_("“%(origin)s” is no origin.") % {"origin": address[:100]}) from None
    host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.path not in ("", "/"):
        raise BadInput(_("“%(origin)s” is no origin.") % {"origin": address[:100]})
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def problems(
    *, kind: str, scopes: Collection[str], groups: Collection, origins: Collection[str]
) -> list[str]:
    """What is wrong with what a key is to be. Pure."""
    found = []
    if not scopes:
        found.append(_("A key without any scope can do nothing."))
    if unknown := sorted(set(scopes) - set(Scope.values)):
        found.append(_("There is no such scope: %(names)s.") % {"names": ", ".join(unknown)[:100]})
    if kind == ApiKey.Kind.BROWSER and set(scopes) - {Scope.PUBLIC}:
        found.append(_("A browser key can be read by anybody, so it reads only what is public."))
    if kind == ApiKey.Kind.BROWSER and not origins:
        found.append(_("A browser key needs the origins of the sites that may use it."))
    if kind == ApiKey.Kind.SECRET and origins:
        found.append(_("Origins are for browser keys: a secret key is never sent from a page."))
    if groups and Scope.MEMBERS not in scopes:
        found.append(_("Groups count only with the scope that reads as members."))
    return found


@transaction.atomic
def issue(
    *,
    name: str,
    kind: str = ApiKey.Kind.SECRET,
    scopes: Collection[str] = (Scope.PUBLIC,),
    groups: Iterable = (),
    origins: Iterable[str] = (),
    courses: Iterable[str] = (),
    rate: int | None = None,
    expires_at: datetime | None = None,
    by=None,
    now: datetime,
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is shown this once and kept nowhere. Raises BadInput with every reason."""
    groups, origins = list(groups), sorted({origin_of(each) for each in origins})
    found = problems(kind=kind, scopes=scopes, groups=groups, origins=origins)
    if found:
        raise BadInput(" ".join(map(str, found)))
    key = ApiKey.objects.create(
        name=name,
        kind=kind,
        scopes=sorted(scopes),
        origins=origins,
        courses=sorted(map(str, courses)),
        rate=rate,
        expires_at=expires_at,
        created_by=by,
    )
    key.groups.set(groups)
    secret, prefix, digest = new_secret()
    ApiKeySecret.objects.create(api_key=key, prefix=prefix, digest=digest, created_at=now)
    log(instance=key, action="delivery.key.issue", user=by, data={"prefix": prefix, "scopes": key.scopes})
    return key, secret


@transaction.atomic
def rotate(key: ApiKey, *, by=None, now: datetime, overlap: timedelta = OVERLAP) -> str:
    """A second secret of a key; the first ends after `overlap`, and any older one at once. Raises Conflict where the key
    has ended."""
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is not None:
        raise Conflict(code="key_revoked")
    key.secrets.filter(expires_at__isnull=False).delete()
    key.secrets.update(expires_at=now + overlap)
    secret, prefix, digest = new_secret()
    ApiKeySecret.objects.create(api_key=key, prefix=prefix, digest=digest, created_at=now)
    log(instance=key, action="delivery.key.rotate", user=by, data={"prefix": prefix})
    return secret


@transaction.atomic
def revoke(key: ApiKey, *, by=None, now: datetime) -> None:
    """End a key at once and for good. Its secrets' digests go; its row stays for the record."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        ApiKeySecret.objects.filter(api_key=key).delete()
        log(instance=key, action="delivery.key.revoke", user=by)


def reader_of(secret: str, *, now: datetime) -> Reader | None:
    """Who reads with this secret, or None for one that is not, or no longer, good.

    One statement; one more for a key that reads as groups. What isn't shaped like a secret of ours is not looked up.
    """
    if not _SECRET.fullmatch(secret):
        return None
    good = models.Q(expires_at=None) | models.Q(expires_at__gt=now)
    row = (
        ApiKeySecret.objects.filter(good, digest=digest_of(secret), api_key__revoked_at=None)
        .select_related("api_key")
        .first()
    )
    if row is None or (row.api_key.expires_at is not None and row.api_key.expires_at <= now):
        return None
    return reader(row.api_key)


def reader(key: ApiKey) -> Reader:
    """A key's eyes as they are now: the groups that still exist, the scopes that it has."""
    scopes = frozenset(key.scopes)
    principals = set()
    if Scope.MEMBERS in scopes and key.kind == ApiKey.Kind.SECRET:
        principals = {
            audiences.REGISTERED,
            *(audiences.group(pk) for pk in key.groups.values_list("pk", flat=True)),
        }
    if Scope.COURSES in scopes and key.kind == ApiKey.Kind.SECRET:
        principals.add(audiences.COURSES)
    return Reader(
        id=key.pk,
        principals=frozenset(principals),
        scopes=scopes,
        origins=tuple(key.origins),
        browser=key.kind == ApiKey.Kind.BROWSER,
        rate=key.rate,
        courses=frozenset(key.courses) if Scope.REPORTS in scopes else frozenset(),
    )
