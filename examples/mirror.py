#!/usr/bin/env python3
"""Keep a local copy of a Compendium's documents, through its change feed.

    python mirror.py https://compendium.example mirror/          # brings the copy up to date, once
    python mirror.py https://compendium.example mirror/ --every 300

Needs nothing but Python 3.11. With `COMPENDIUM_KEY` in the environment it reads with that key, and holds what the key may
read. The folder holds one file a document, `<locale>/<key>.json`, and `mirror.json` with the cursor. Whatever happens in the
middle (a lost line, a power cut), running it again makes it right: a file is written whole or not at all, and the cursor
moves only when everything before it is on the disk.

The protocol in five sentences. A call without a cursor begins a full sync. Each answer has changes and a cursor; go on
from it while `has_more`, and keep the last one. `published` and `updated` bring a document, `withdrawn` takes it away.
410 says that the cursor is too old or that you may see other things than before: begin again without one, and when that
is through drop what it didn't list. 429 and 503 say when to come again (`Retry-After`).
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

STATE = "mirror.json"
# A name that comes from outside becomes part of a path only if it looks like one of these.
LOCALE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PATIENCE = 5


class Gone(Exception):
    """The cursor can't be followed any more: a full sync is needed."""


@dataclass
class Outcome:
    """What one run did."""

    written: int = 0
    deleted: int = 0
    full: bool = False
    requests: int = 0
    listed: set = field(default_factory=set, repr=False)


class Mirror:
    """A folder that follows a site."""

    def __init__(
        self,
        base: str,
        folder: str | Path,
        *,
        key: str | None = None,
        limit: int = 200,
        timeout: float = 30,
        pause=time.sleep,
    ):
        self.feed = urllib.parse.urljoin(base.rstrip("/") + "/", "api/v2/changes/")
        self.folder = Path(folder)
        self.key = key
        self.limit = limit
        self.timeout = timeout
        self.pause = pause

    def run(self) -> Outcome:
        """Bring the copy up to date. Raises OSError where the site can't be reached."""
        self.folder.mkdir(parents=True, exist_ok=True)
        state = self.state()
        try:
            return self._follow(state)
        except Gone:
            # What is here stays readable until the new sync is through.
            return self._follow({"cursor": None, "full": True, "listed": []})

    def documents(self):
        """The documents of the copy, each parsed."""
        for path in sorted(self.folder.glob("*/*.json")):
            yield json.loads(path.read_text("utf-8"))

    def document(self, key: str, locale: str) -> dict | None:
        path = self._path(locale, key)
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def state(self) -> dict:
        """`{cursor, full, listed}`: where we are, and in the middle of a full sync what it has listed so far."""
        try:
            return json.loads((self.folder / STATE).read_text("utf-8"))
        except FileNotFoundError:
            return {"cursor": None, "full": True, "listed": []}

    def _follow(self, state: dict) -> Outcome:
        outcome = Outcome(full=state["full"], listed=set(state["listed"]))
        cursor = state["cursor"]
        while True:
            page = self._fetch(cursor)
            outcome.requests += 1
            for change in page["items"]:
                self._apply(change, outcome)
            cursor = page["next_cursor"]
            if not page["has_more"]:
                break
            self._save(cursor, outcome.full, outcome.listed)
        if outcome.full:
            self._drop_unlisted(outcome)
        self._save(cursor, False, ())
        return outcome

    def _apply(self, change: dict, outcome: Outcome) -> None:
        path = self._path(change["locale"], change["key"])
        name = f"{change['locale']}/{change['key']}"
        if change["kind"] == "withdrawn":
            outcome.listed.discard(name)
            outcome.deleted += self._delete(path)
        else:
            outcome.listed.add(name)
            self._write(path, change["document"])
            outcome.written += 1

    def _drop_unlisted(self, outcome: Outcome) -> None:
        for path in self.folder.glob("*/*.json"):
            if f"{path.parent.name}/{path.stem}" not in outcome.listed:
                outcome.deleted += self._delete(path)

    def _path(self, locale: str, key: str) -> Path:
        if not LOCALE.fullmatch(locale) or not KEY.fullmatch(key):
            raise ValueError(f"the feed names {locale!r}/{key!r}, which is no document")
        return self.folder / locale / f"{key}.json"

    def _save(self, cursor: str, full: bool, listed) -> None:
        self._write(self.folder / STATE, {"cursor": cursor, "full": full, "listed": sorted(listed)})

    def _write(self, path: Path, value: dict) -> None:
        """Write a file whole or not at all: beside its place first, on the disk, then moved."""
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(value, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise

    def _delete(self, path: Path) -> bool:
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        return True

    def _fetch(self, cursor: str | None) -> dict:
        query = {"include": "document", "limit": self.limit} | ({"cursor": cursor} if cursor else {})
        request = urllib.request.Request(
            f"{self.feed}?{urllib.parse.urlencode(query)}",
            headers={"Accept": "application/json", "User-Agent": "compendium-mirror/1"},
        )
        if self.key:
            # Not sent on where a redirect leads to: the key is for this site.
            request.add_unredirected_header("Authorization", f"Bearer {self.key}")
        for attempt in range(1, PATIENCE + 1):
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                problem = _problem(error)
                # A cursor that isn't understood (the site has new keys) is as good as none.
                if error.code == 410 or problem.get("code") == "bad_cursor":
                    raise Gone(problem.get("detail", "")) from None
                if error.code not in (429, 502, 503, 504) or attempt == PATIENCE:
                    raise
                self.pause(_wait(error.headers.get("Retry-After"), attempt))
        raise AssertionError("not reached")


def _problem(error: urllib.error.HTTPError) -> dict:
    try:
        return json.load(error)
    except ValueError:
        return {}


def _wait(told: str | None, attempt: int) -> float:
    """Seconds to wait: as we were told, else longer each time."""
    return min(float(told), 300.0) if told and told.isdecimal() else 2.0**attempt


def main() -> int:
    parser = argparse.ArgumentParser(description="Keep a local copy of a Compendium's public documents.")
    parser.add_argument("site", help="its address, for example https://compendium.example")
    parser.add_argument("folder", help="where the copy lies")
    parser.add_argument(
        "--every", type=float, metavar="SECONDS", help="go on, with this long between two runs"
    )
    arguments = parser.parse_args()
    mirror = Mirror(arguments.site, arguments.folder, key=os.environ.get("COMPENDIUM_KEY"))
    while True:
        try:
            outcome = mirror.run()
        except OSError as error:
            print(f"{error}", file=sys.stderr)
            if not arguments.every:
                return 1
        else:
            kind = "full sync" if outcome.full else "up to date"
            print(
                f"{kind}: {outcome.written} written, {outcome.deleted} deleted, {outcome.requests} requests"
            )
        if not arguments.every:
            return 0
        time.sleep(arguments.every)


if __name__ == "__main__":
    raise SystemExit(main())
