#!/usr/bin/env python3
"""Build a small static site from a Compendium's headless API, and from nothing else.

    pip install -r requirements.txt
    python build.py --source https://compendium.example --out out

The first build fetches everything that is public, each later one only what changed since. `out` can be put on any web
server, below any path; what was withdrawn at the source is gone after the next build.
"""

import argparse
import json
import re
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from source import Source

HERE = Path(__file__).resolve().parent
TEXTS = json.loads((HERE / "texts.json").read_text("utf-8"))
TEMPLATES = {
    "home.HomePage": "home.html",
    "home.StandardPage": "text.html",
    "guides.CompendiumPage": "compendium.html",
    "guides.GuidePage": "guide.html",
    "guides.ChapterPage": "chapter.html",
    "guides.PracticeIndexPage": "practices.html",
    "guides.GoodPracticePage": "practice.html",
    "learning.CourseIndexPage": "courses.html",
    "learning.CoursePage": "course.html",
}
MANIFEST = "built.json"
FORMATS = ("webp", "jpeg")
# A part of an address becomes a folder only if it looks like a slug.
SEGMENT = re.compile(r"\w[\w-]*")
LINK = re.compile(r'href="([^"]*)"')


@dataclass(frozen=True)
class Language:
    """One that the source has, we have texts for, and was asked for."""

    code: str
    name: str
    direction: str
    site_name: str
    footer: str
    menu: tuple[dict, ...]

    @property
    def tag(self) -> str:
        """As HTML and HTTP write it (BCP 47)."""
        return {"zh-hans": "zh-Hans"}.get(self.code, self.code)


def place(html_url: str) -> str:
    """Where a page of ours lies: where it lies at the source, `en/guides/religious/`. Raises ValueError for what can't be a
    folder."""
    parts = [unquote(part) for part in urlsplit(html_url).path.strip("/").split("/")]
    for part in parts:
        if not SEGMENT.fullmatch(part):
            raise ValueError(f"{html_url!r} can't be a folder")
    return "/".join(parts) + "/"


def _flat(node: dict | None):
    """A tree's nodes in reading order, the root first."""
    if node:
        yield node
        for child in node["children"]:
            yield from _flat(child)


@dataclass
class Site:
    """The site that is being built."""

    source: Source
    out: Path
    wanted: tuple[str, ...]
    pictures: bool = False
    languages: dict[str, Language] = field(default_factory=dict)
    #: of every language of the source: any may stand in
    directions: dict[str, str] = field(default_factory=dict)
    #: `{address at the source: place here}` of every page that we build
    places: dict[str, str] = field(default_factory=dict)
    taxonomies: dict[str, dict[str, str]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def build(self) -> None:
        """All of it. Raises OSError where the source can't be reached; `out` is as it was then."""
        self.source.update()
        self._learn()
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        pages = self._pages()
        before = self._manifest()
        for path, page in pages.items():
            self._write(path, page.encode())
        for file in sorted((HERE / "static").iterdir()):
            self._write(file.name, file.read_bytes())
        for gone in before - self.written:
            self._remove(gone)
        self._write(MANIFEST, json.dumps(sorted(self.written)).encode())
        self.source.forget_the_rest()

    # What there is

    def _learn(self):
        site = self.source.ask("site/")
        # Where a language has no front page of its own yet, another one stands in: there is nothing to build.
        homes = {
            code
            for translations in self.source.documents.values()
            for code, document in translations.items()
            if document["meta"]["type"] == "home.HomePage"
        }
        for each in sorted(site["languages"], key=lambda each: self._rank(each["locale"])):
            code = each["locale"]
            self.directions[code] = each["direction"]
            if code in self.wanted and code in TEXTS and code in site["locales"] and code in homes:
                own = site["locales"][code]
                self.languages[code] = Language(
                    code,
                    each["name"],
                    each["direction"],
                    own["site_name"] or site["name"],
                    own["footer"],
                    tuple(own["menu"]),
                )
        if not self.languages:
            raise SystemExit(f"{self.source.base} has none of these languages: {', '.join(self.wanted)}")
        self.taxonomies = {each["name"]: each["labels"] for each in self.source.ask("taxonomies/")["items"]}
        for document in self._documents():
            self.places[document["meta"]["html_url"]] = place(document["meta"]["html_url"])

    def _rank(self, code: str) -> int:
        return self.wanted.index(code) if code in self.wanted else len(self.wanted)

    def _documents(self, *types: str, locale: str | None = None) -> list[dict]:
        """The documents that become pages, by type and language."""
        return [
            document
            for translations in self.source.documents.values()
            for code, document in translations.items()
            if code in self.languages
            and (locale is None or code == locale)
            and document["meta"]["type"] in (types or TEMPLATES)
        ]

    def _tree(self, document: dict) -> dict | None:
        """The numbered tree under a document: where a page is missing in its language, its stand-in."""
        answer = self.source.ask(f"pages/{document['id']}/contents/")
        return answer and answer["contents"]

    # Pages

    def _pages(self) -> dict[str, str]:
        """`{path: text}` of every file that is rendered."""
        pages = {"index.html": self._render("languages.html", "", next(iter(self.languages.values())))}
        for language in self.languages.values():
            shelf = self._shelf(language)
            for document in self._documents(locale=language.code):
                at = self.places[document["meta"]["html_url"]]
                pages[f"{at}index.html"] = self._render(
                    TEMPLATES[document["meta"]["type"]], at, language, page=document, **shelf
                )
            for (taxonomy, code), term in shelf["terms"].items():
                at = self._term_place(language, taxonomy, code)
                pages[f"{at}index.html"] = self._render("term.html", at, language, term=term, **shelf)
            at = f"{language.code}/search/"
            pages[f"{at}index.html"] = self._render("search.html", at, language, **shelf)
            own = {url: there for url, there in self.places.items() if there.startswith(f"{language.code}/")}
            pages[f"{at}pages.json"] = json.dumps(own, ensure_ascii=False)
        return pages

    def _shelf(self, language: Language) -> dict:
        """What pages of a language show of others: guides with their trees, practices, terms, courses."""
        code = language.code
        guides = sorted(
            self._documents("guides.GuidePage", locale=code),
            key=lambda guide: (guide["module_number"] is None, guide["module_number"], guide["title"]),
        )
        practices = sorted(
            self._documents("guides.GoodPracticePage", locale=code), key=lambda each: each["title"].casefold()
        )
        terms: dict = {}
        for practice in practices:
            for term in practice["terms"]:
                found = terms.setdefault((term["taxonomy"], term["code"]), {**term, "practices": []})
                found["practices"].append(practice)
        facets = defaultdict(list)
        for (taxonomy, _code), term in sorted(terms.items(), key=lambda each: each[1]["label"].casefold()):
            facets[taxonomy].append(term)
        courses = self._documents("learning.CoursePage", locale=code)
        courses.sort(key=lambda course: (course["code"], course["title"]))
        trees = {each["meta"]["key"]: self._tree(each) for each in [*guides, *courses]}
        reading = {}
        for guide in guides:
            nodes = list(_flat(trees[guide["meta"]["key"]]))
            for index, node in enumerate(nodes):
                # The guide itself comes first: a chapter always has something before it.
                if index:
                    after = nodes[index + 1] if index + 1 < len(nodes) else None
                    reading[node["key"]] = {
                        "guide": guide,
                        "previous": nodes[index - 1],
                        "node": node,
                        "next": after,
                    }
        return {
            "guides": guides,
            "practices": practices,
            "courses": courses,
            "terms": terms,
            # In the order in which the source lists its taxonomies.
            "facets": {name: facets[name] for name in self.taxonomies if name in facets},
            "trees": trees,
            "reading": reading,
        }

    @staticmethod
    def _term_place(language: Language, taxonomy: str, code: str) -> str:
        # The source has no document below /search/, so that nothing meets there.
        return place(f"/{language.code}/search/{taxonomy}/{quote(code)}/")

    def _render(self, template: str, at: str, language: Language, **values) -> str:
        """One page. `at` is its place: links are relative to it, so that the site may lie anywhere."""
        root = "../" * at.count("/") or "./"

        def link(html_url: str) -> str:
            """An address of the source as a link: to our page where we have it, else there."""
            address, fragment = urldefrag(html_url)
            if not address:
                return html_url
            if address in self.places:
                return root + quote(self.places[address]) + (f"#{fragment}" if fragment else "")
            return html_url if urlsplit(html_url).scheme in ("http", "https", "mailto") else "#"

        def go(entry: dict) -> str:
            """What the API names by key and language (a node, a menu's entry, a block's page) as a link. A stand-in's
            address lies in the language that it stands in for; our page lies in its own."""
            own = self.source.document(entry["key"], entry["locale"])
            return link(own["meta"]["html_url"] if own else entry.get("html_url") or entry["url"])

        def rich(html: str) -> Markup:
            """The source's display HTML, which it has cleaned, with its links turned to our pages."""
            return Markup(LINK.sub(lambda found: f'href="{escape(link(unescape(found[1])))}"', html))

        values.setdefault("page", None)
        values.setdefault("term", None)
        return self.templates.get_template(template).render(
            values,
            root=root,
            language=language,
            languages=self.languages,
            t=TEXTS[language.code],
            site=self,
            source=self.source.base.rstrip("/"),
            link=link,
            go=go,
            rich=rich,
            other=partial(self._other, values["page"]),
            renditions=partial(self._renditions, root),
            term_link=lambda taxonomy, code: root + quote(self._term_place(language, taxonomy, code)),
            direction=self.directions,
        )

    def _other(self, page: dict | None, code: str) -> str | None:
        """The place of a page in another language, where we have it."""
        other = page and self.source.documents[page["meta"]["key"]].get(code)
        return self.places.get(other["meta"]["html_url"]) if other else None

    def _renditions(self, root: str, image: dict) -> list[dict]:
        """A picture's renditions, the smallest first; with `--pictures` at addresses of ours."""
        found = sorted(image["renditions"], key=lambda each: each["width"])
        if not self.pictures:
            return found
        return [{**each, "url": self._downloaded(root, each)} for each in found]

    def _downloaded(self, root, rendition):
        address = urljoin(self.source.base, rendition["url"])
        file = self.source.picture(address, rendition["format"]) if rendition["format"] in FORMATS else None
        if file is None:
            return rendition["url"]
        name = f"pictures/{file.name}"
        if name not in self.written:
            (self.out / "pictures").mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, self.out / name)
            self.written.add(name)
        return root + name

    # Files

    def _write(self, path: str, content: bytes) -> None:
        """Write a file where it says something new, so that what copies it on has little to do."""
        target = self.out / path
        self.written.add(path)
        if target.is_file() and target.read_bytes() == content:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.part")
        beside.write_bytes(content)
        beside.replace(target)

    def _manifest(self) -> set[str]:
        """The files of the build before: nothing else in `out` is ever deleted."""
        try:
            return set(json.loads((self.out / MANIFEST).read_text("utf-8")))
        except FileNotFoundError:
            return set()

    def _remove(self, path: str) -> None:
        target = self.out / path
        if not target.resolve().is_relative_to(self.out.resolve()):
            raise ValueError(f"{MANIFEST} names {path!r}, which isn't in {self.out}")
        target.unlink(missing_ok=True)
        for folder in target.parents:
            if folder == self.out or any(folder.iterdir()):
                break
            folder.rmdir()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Build a static site from a Compendium's headless API.")
    parser.add_argument("--source", required=True, help="its address, for example https://compendium.example")
    parser.add_argument("--out", type=Path, default=Path("out"), help="where the site goes (out)")
    parser.add_argument(
        "--copy", type=Path, default=Path("copy"), help="where the copy lies between builds (copy)"
    )
    parser.add_argument(
        "--locales", default=",".join(TEXTS), help=f"languages, the first one in front ({','.join(TEXTS)})"
    )
    parser.add_argument("--pictures", action="store_true", help="download pictures instead of linking them")
    options = parser.parse_args(arguments)
    source = Source(options.source, options.copy)
    site = Site(source, options.out, tuple(options.locales.split(",")), options.pictures)
    site.build()
    print(f"{len(site.written)} files in {options.out}, {source.fetched} things fetched")


if __name__ == "__main__":
    main()
