"""The one way to stored pictures: who may see the picture, now, decides whether there is one."""

import mimetypes

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from wagtail.documents.views.serve import serve as serve_document

from .keepers import kept_for
from .models import File, Image, Rendition


@require_safe
def serve(request, name: str):
    """A rendition, or an original for people of the admin. 404 for what isn't there and what isn't theirs alike."""
    access = _access(request.user, name) if name.startswith(("renditions/", "originals/")) else None
    if access is None:
        raise Http404
    try:
        file = default_storage.open(name, "rb")
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation):
        raise Http404 from None
    response = FileResponse(file, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if access == "public":
        # The name is made of a digest of the picture: an address never shows another one.
        patch_cache_control(response, public=True, max_age=86400, immutable=True)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response


def _access(user, name) -> str | None:
    """`"public"`, `"private"`, or None where this person may not see the stored file."""
    if name.startswith("originals/"):
        image = Image.objects.select_related("collection").filter(file=name).first()
        if image is None or not user.is_authenticated or not user.has_perm("wagtailadmin.access_admin"):
            return None
        restrictions = image.collection.get_view_restrictions()
        return "private" if all(_accepts(restriction, user) for restriction in restrictions) else None
    rendition = Rendition.objects.select_related("image__collection").filter(file=name).first()
    if rendition is None:
        # The picture was replaced or deleted: only an old version of a document may still show it.
        return kept_for(name, user)
    restrictions = list(rendition.image.collection.get_view_restrictions())
    if not restrictions:
        return "public"
    return "private" if all(_accepts(restriction, user) for restriction in restrictions) else None


def _accepts(restriction, user) -> bool:
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_superuser or restriction.restriction_type == restriction.LOGIN:
        return True
    if restriction.restriction_type == restriction.GROUPS:
        return restriction.groups.filter(pk__in=user.groups.values("pk")).exists()
    return False


def serve_file(request, document_id: int, document_filename: str):
    """A file, through Wagtail's own view, for who may have it; for others it isn't there."""
    file = File.objects.select_related("collection").filter(pk=document_id).first()
    if file is None or not all(
        _accepts(each, request.user) for each in file.collection.get_view_restrictions()
    ):
        raise Http404
    return serve_document(request, document_id, document_filename)
