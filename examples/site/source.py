"""What a build knows of its source: the mirror's documents, and the few answers that no document holds.

The mirror brings the documents that changed. Everything else (the site, the tree of a guide, the taxonomies) is asked for with
the entity tag of the answer that we kept: an answer that still holds costs a 304 without a body.
"""

import hashlib
import json
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mirror import Mirror  # it lies in the folder above

AGENT = {"User-Agent": "compendium-site/1"}


@dataclass
class Source:
    """A copy of a site in a folder. `base` is its address, `folder` belongs to us alone."""

    base: str
    folder: Path
    timeout: float = 30
    documents: dict[str, dict[str, dict]] = field(default_factory=dict)
    fetched: int = 0
    asked: set[Path] = field(default_factory=set)

    def update(self):
        """Bring the documents up to date: `documents[key][locale]`. Returns what the mirror did."""
        mirror = Mirror(self.base, self.folder / "documents", timeout=self.timeout)
        outcome = mirror.run()
        self.fetched += outcome.written
        for document in mirror.documents():
            meta = document["meta"]
            self.documents.setdefault(meta["key"], {})[meta["locale"]] = document
        return outcome

    def document(self, key: str, locale: str) -> dict | None:
        return self.documents.get(key, {}).get(locale)

    def ask(self, path: str) -> dict | None:
        """The answer at an address of `/api/v2/`, from our copy where it still holds. None for what isn't there."""
        kept = self.folder / "answers" / f"{hashlib.sha256(path.encode()).hexdigest()}.json"
        self.asked.add(kept)
        before = json.loads(kept.read_text("utf-8")) if kept.exists() else None
        headers = AGENT | ({"If-None-Match": before["etag"]} if before and before["etag"] else {})
        request = urllib.request.Request(
            urljoin(self.base.rstrip("/") + "/", f"api/v2/{path}"), headers=headers
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                body = json.load(answer)
                _write(kept, json.dumps({"etag": answer.headers["ETag"], "body": body}).encode())
                self.fetched += 1
                return body
        except urllib.error.HTTPError as error:
            if error.code == 304:
                return before["body"]
            if error.code == 404:
                return None
            raise

    def picture(self, url: str, extension: str) -> Path | None:
        """A rendition as a file; each is fetched once, since another picture has another address. None where it is gone."""
        kept = self.folder / "pictures" / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.{extension}"
        self.asked.add(kept)
        if not kept.exists():
            try:
                with urllib.request.urlopen(
                    urllib.request.Request(url, headers=AGENT), timeout=self.timeout
                ) as answer:
                    _write(kept, answer.read())
                    self.fetched += 1
            except urllib.error.HTTPError:
                return None
        return kept

    def forget_the_rest(self) -> None:
        """Delete answers and pictures that this build had no use for."""
        for folder in ("answers", "pictures"):
            for path in (self.folder / folder).glob("*"):
                if path not in self.asked:
                    path.unlink()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)
