"""Round trips through our files, through those of a tool that translators use, and what the standards ask for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from translate.storage import tmx as toolkit_tmx
from translate.storage.pypo import pofile
from translate.storage.xliff import Xliff1File
from translate.storage.xliff2 import Xliff2File

from cms.translation.files import inline, po, tmx, xliff
from cms.translation.files.contents import Unit
from cms.translation.files.plan import Action, plan
from cms.translation.files.tmx import Pair

from .samples import KEY, LINKED, LINKED_FR, OTHER, WORDY, thing

FORMATS = {"xliff": (xliff.write, xliff.read), "po": (po.write, po.read)}
both = pytest.mark.parametrize("kind", FORMATS)

SCRIPTS = {
    "ar": 'انظر <a id="a1">ال<b>دليل</b></a> &amp; غيره\u200f<br/>هنا (1)',
    "zh-hans": '见<a id="a1"><b>指南</b></a>&amp;更多<br/>此处𠀀',
    "fr": 'Voir <a id="a1">le <b>guide</b></a>\u202f: «\u00a0&amp;\u00a0»<br/>ici',
    "ru": 'Смотри <a id="a1">это <b>руководство</b></a> &amp; прочее<br/>здесь',
    "es": '¡Mira <a id="a1">la <b>guía</b></a> &amp; más<br/>aquí! 🚪',
}


def write(kind, *things, target="fr"):
    return FORMATS[kind][0](things, "en", target)


def planned(kind, data, *things, target="fr", overwrite=False):
    return plan(FORMATS[kind][1](data), {each.key: each for each in things}, target, overwrite=overwrite)


def written(made):
    assert made.faults == []
    return [(step.paragraph.source, step.new) for step in made.writing]


# Our own files ------------------------------------------------------------------------------------------------------


@both
@given(
    paragraphs=st.lists(
        st.tuples(WORDY, st.just("") | WORDY), min_size=1, max_size=4, unique_by=lambda each: each[0]
    )
)
def test_what_is_exported_changes_nothing_when_it_comes_back(kind, paragraphs):
    things = [thing(*paragraphs), thing(*paragraphs, key=OTHER)]
    made = planned(kind, write(kind, *things), *things)
    assert made.faults == [] and made.writing == [] and made.conflicts == []
    assert made.counts["unchanged"] == 2 * sum(bool(_words(target)) for _source, target in paragraphs)


def _words(html):
    return inline.plain(inline.from_html(html)).strip()


@both
@given(source=WORDY)
def test_a_text_comes_back_as_it_was_written(kind, source):
    """The translation is the source: the file holds it whole, tags and all."""
    then = thing((source, ""))
    sent = write(kind, thing((source, source)))
    units = [unit for part in FORMATS[kind][1](sent) for unit in part.units]
    assert [inline.to_html(unit.target) for unit in units] == [source]
    made = planned(kind, sent, then)
    assert written(made) == [(source, inline.canonical(inline.from_html(source)))]


@both
@pytest.mark.parametrize("language", SCRIPTS)
def test_each_script_survives(kind, language):
    sent = write(kind, thing((LINKED, SCRIPTS[language])), target=language)
    made = planned(kind, sent, thing((LINKED, "")), target=language)
    assert written(made) == [(LINKED, SCRIPTS[language])]


def test_directions_and_languages_stand_in_the_file():
    root = etree.fromstring(write("xliff", thing((LINKED, "")), target="ar"))
    assert (root.get("srcLang"), root.get("trgLang")) == ("en", "ar")
    assert [(each.get("srcDir"), each.get("trgDir")) for each in root] == [("ltr", "rtl")]
    assert '"Language: zh_Hans\\n"' in write("po", thing((LINKED, "")), target="zh-hans").decode()


@both
def test_a_translation_that_no_file_can_hold_is_to_be_made_anew(kind):
    broken = thing(("One", "<b>Un"))
    units = [unit for part in FORMATS[kind][1](write(kind, broken)) for unit in part.units]
    assert [unit.target for unit in units] == [None]
    assert planned(kind, write(kind, broken), broken).counts["unfinished"] == 1
    blank, filled = {
        "xliff": ("<source>One</source>", "<source>One</source><target>Un</target>"),
        "po": ('msgid "One"\nmsgstr ""', 'msgid "One"\nmsgstr "Un"'),
    }[kind]
    made = planned(kind, write(kind, broken).decode().replace(blank, filled).encode(), broken)
    assert [(step.action, step.new) for step in made.steps] == [(Action.UPDATE, "Un")]


# What the standard asks of a file -----------------------------------------------------------------------------------


NMTOKEN = re.compile(r"[-.:\w]+")
ALLOWED = {
    "xliff": ({"version", "srcLang", "trgLang"}, {"file"}),
    "file": ({"id", "original", "srcDir", "trgDir", xliff.SPACE}, {"notes", "unit"}),
    "notes": (set(), {"note"}),
    "note": ({"category"}, set()),
    "unit": ({"id", "name", "canResegment"}, {"originalData", "segment"}),
    "originalData": (set(), {"data"}),
    "data": ({"id"}, {"cp"}),
    "segment": ({"state"}, {"source", "target"}),
    "source": (set(), {"pc", "ph", "cp"}),
    "target": (set(), {"pc", "ph", "cp"}),
    "pc": (
        {"id", "canCopy", "canDelete", "type", "subType", "dataRefStart", "dataRefEnd"},
        {"pc", "ph", "cp"},
    ),
    "ph": ({"id", "canCopy", "canDelete", "type", "subType", "dataRef"}, set()),
    "cp": ({"hex"}, set()),
}


@given(st.lists(st.tuples(WORDY, WORDY), min_size=1, max_size=3, unique_by=lambda each: each[0]))
def test_it_is_built_as_xliff_2_1_asks(paragraphs):
    """Elements, attributes and their order; ids that are unique where they have to be, and name what is there."""
    root = etree.fromstring(write("xliff", thing(*paragraphs), thing(*paragraphs, key=OTHER)))
    assert root.tag == f"{{{xliff.NS}}}xliff" and root.get("version") == "2.1"
    for element in root.iter():
        attributes, children = ALLOWED[etree.QName(element).localname]
        assert set(element.attrib) <= attributes
        names = [etree.QName(child).localname for child in element]
        assert set(names) <= children
        if element.get("id"):
            assert NMTOKEN.fullmatch(element.get("id"))
        assert ("subType" in element.attrib) <= ("type" in element.attrib)
    unique([each.get("id") for each in root])
    for unit in root.iter(f"{{{xliff.NS}}}unit"):
        unique([each.get("id") for each in unit.getparent() if each.tag == unit.tag])
        data = [each.get("id") for each in unit.iter(f"{{{xliff.NS}}}data")]
        unique(data)
        codes = {}
        for side in ("source", "target"):
            for text in unit.iter(f"{{{xliff.NS}}}{side}"):
                found = [each for each in text.iter() if each.get("id")]
                codes[side] = {each.get("id"): each.tag for each in found}
                assert side == "target" or len(codes[side]) == len(found)
                for each in found:
                    named = [value for name, value in each.attrib.items() if name.startswith("dataRef")]
                    assert named and set(named) <= set(data)
        # What stands in both under one id is one kind of code.
        assert all(codes["source"].get(each, tag) == tag for each, tag in codes["target"].items())


def unique(values):
    assert len(values) == len(set(values))


# A tool's files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", SCRIPTS)
def test_codes_survive_a_tool_that_reads_xliff_2(language):
    things = thing((LINKED, ""), ("title", "Plain <b>b</b>", "")), thing((LINKED, ""), key=OTHER)
    store = Xliff2File.parsestring(write("xliff", *things, target=language))
    made_there = Xliff2File.parsestring(write("xliff", thing((LINKED, SCRIPTS[language])), target=language))
    for unit in store.units:
        if unit.source.startswith("See"):
            unit.rich_target = made_there.units[0].rich_target
            unit.marktranslated()
    made = planned("xliff", bytes(store), *things, target=language)
    assert written(made) == 2 * [(LINKED, SCRIPTS[language])]
    assert made.counts["unfinished"] == 1


def test_what_a_tool_calls_unfinished_is_left():
    then = thing(("One", ""), ("Two", ""))
    store = Xliff2File.parsestring(write("xliff", then))
    store.units[0].target, store.units[1].target = "Un", "Deux"
    store.units[1].markfuzzy()
    assert written(planned("xliff", bytes(store), then)) == [("One", "Un")]
    entries = pofile.parsestring(write("po", then))
    entries.units[1].target, entries.units[2].target = "Un", "Deux"
    entries.units[2].markfuzzy()
    assert written(planned("po", bytes(entries), then)) == [("One", "Un")]


@pytest.mark.parametrize("language", SCRIPTS)
def test_texts_survive_a_tool_that_reads_po(language):
    things = thing((LINKED, ""), ("Two\u2028", "")), thing((LINKED, ""), key=OTHER)
    store = pofile.parsestring(write("po", *things, target=language))
    for unit in store.units:
        if unit.source == LINKED:
            unit.target = SCRIPTS[language]
    store.updateheader(add=True, Last_Translator="An agency", X_Generator="A tool")
    made = planned("po", bytes(store), *things, target=language)
    assert written(made) == 2 * [(LINKED, SCRIPTS[language])]


def file_12(then, body, language="fr"):
    """What tools make of our file when they turn it into 1.2: ids of files, units and texts stay, codes are numbered anew."""
    return f"""<?xml version="1.0"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="compendium:{then.key}:{then.digest}" source-language="en" target-language="{language}" datatype="x-undefined">
<body>{body}</body></file></xliff>""".encode()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (
            'See <g id="1">the <g id="2">guide</g></g> &amp; more<x id="3"/>here',
            'Voir <g id="1">le <g id="2">guide</g></g> &amp; plus<x id="3"/>ici',
        ),
        (
            'See <bpt id="1">&lt;a></bpt>the <bpt id="2">{b}</bpt>guide<ept id="2"/><ept id="1"/> &amp; more<ph id="3">br</ph>here',
            'Voir <bpt id="1"/>le <bpt id="2"/>guide<ept id="2"/><ept id="1"/> &amp; plus<ph id="3"/>ici',
        ),
        (
            'See <bx id="1" rid="x"/>the <bpt id="4" rid="y"/>guide<ept id="5" rid="y"/><ex id="2" rid="x"/> &amp; more<x id="3"/>here',
            'Voir <bx id="1" rid="x"/>le <bpt id="4" rid="y"/>guide<ept id="5" rid="y"/><ex id="2" rid="x"/> &amp; plus<x id="3"/>ici',
        ),
        (
            'See <g id="1">the <g id="2">guide</g></g> &amp; more<x id="3"/>here',
            '<mrk mtype="seg" mid="1">Voir <g id="1">le <g id="2">guide</g></g> &amp; plus<x id="3"/></mrk>ici',
        ),
    ],
)
def test_codes_of_xliff_1_2_are_read(source, target):
    then = thing((LINKED, ""))
    unit = f'<trans-unit id="{then.paragraphs[0].id}-0"><source>{source}</source><target>{target}</target>'
    made = planned(
        "xliff",
        file_12(then, f"<group>{unit}<alt-trans><target>x</target></alt-trans></trans-unit></group>"),
        then,
    )
    assert written(made) == [(LINKED, LINKED_FR)]


def test_xliff_1_2_survives_a_tool():
    then = thing((LINKED, ""), ("Two", ""))
    one, two = (each.id for each in then.paragraphs)
    source = 'See <g id="1">the <g id="2">guide</g></g> &amp; more<x id="3"/>here'
    store = Xliff1File.parsestring(
        file_12(
            then,
            f'<trans-unit id="{one}-0"><source>{source}</source></trans-unit>'
            f'<trans-unit id="{two}-0"><source>Two</source><target state="needs-translation">Two!</target></trans-unit>',
        )
    )
    store.units[0].rich_target = store.units[0].rich_source
    made = planned("xliff", bytes(store), then)
    assert written(made) == [(LINKED, LINKED)]
    assert made.counts["unfinished"] == 1


def test_a_unit_that_a_tool_has_cut_into_segments_is_put_together():
    then = thing(("One. Two. <b>Three.</b>", ""))
    unit = f"""<unit id="{then.paragraphs[0].id}-0">
      <segment><source>One.</source><target order="3">Un.</target></segment>
      <ignorable><source> </source></ignorable>
      <segment><source>Two. </source><target order="1">Deux.</target></segment>
      <segment><source><sc id="9"/>Three.<ec startRef="9"/></source><target order="4"><mrk id="m" type="comment"> <sc id="9"/>Trois.<ec startRef="9"/></mrk></target></segment>
    </unit>"""
    data = f'<xliff xmlns="{xliff.NS}" version="2.0" srcLang="en" trgLang="fr-FR"><file id="{KEY}">{unit}</file></xliff>'
    assert written(planned("xliff", data.encode(), then)) == [
        ("One. Two. <b>Three.</b>", "Deux. Un. <b>Trois.</b>")
    ]


# Memories -----------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(WORDY, WORDY), min_size=1, max_size=4))
def test_memories_come_back(pairs):
    known = [Pair(*(_writable(each) for each in pair)) for pair in pairs]
    found = tmx.read(tmx.write(known, "en", "ar"), "ar")
    assert found.source_language == "en" and found.left_out == []
    assert [(each.source, each.target) for each in found.pairs] == [
        (each.source, each.target) for each in known
    ]


def _writable(html):
    """As a memory has it: laid out by nobody, and without what XML can't write."""
    unwritable = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
    return inline.canonical(inline.from_html(unwritable.sub("", html)))


def test_a_tool_reads_our_memory_and_we_read_its():
    ours = tmx.write([Pair(LINKED, LINKED_FR)], "en", "fr")
    store = toolkit_tmx.tmxfile.parsestring(ours)
    # As it shows codes: by what is written in them.
    assert [(each.source, each.target) for each in store.units] == [
        (LINKED.replace("&amp;", "&"), LINKED_FR.replace("&amp;", "&"))
    ]
    again = tmx.read(bytes(store), "fr")
    assert [(each.source, each.target) for each in again.pairs] == [(LINKED, LINKED_FR)]
    theirs = toolkit_tmx.tmxfile(sourcelanguage="en-GB")
    theirs.addtranslation("Doors & <gates>", "en-GB", "Portes & <portails>", "fr-CA")
    assert b"<!DOCTYPE tmx" in bytes(theirs)
    found = tmx.read(bytes(theirs), "fr")
    assert [(each.source, each.target) for each in found.pairs] == [
        ("Doors &amp; &lt;gates&gt;", "Portes &amp; &lt;portails&gt;")
    ]


def test_units_with_codes_that_texts_dont_have_are_left_out_with_their_line():
    data = """<tmx version="1.4"><header srclang="en"/><body>
<tu><tuv xml:lang="en"><seg>One</seg></tuv><tuv xml:lang="fr"><seg>Un</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>Two <ph>{0}</ph></seg></tuv><tuv xml:lang="fr"><seg>Deux <ph>{0}</ph></seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>Three <ut>x</ut></seg></tuv><tuv xml:lang="fr"><seg>Trois</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>Four</seg></tuv><tuv xml:lang="de"><seg>Vier</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg><bpt i="1">&lt;b></bpt>Five</seg></tuv><tuv xml:lang="fr"><seg>Cinq</seg></tuv></tu>
</body></tmx>"""
    found = tmx.read(data.encode(), "fr")
    assert [(each.source, each.target, each.line) for each in found.pairs] == [("One", "Un", 2)]
    assert [(each.line, each.message) for each in found.left_out] == [
        (3, "The unit has codes that texts don’t have here."),
        (4, "The element <ut> can’t stand in a text."),
        (6, "The tag <b> is never closed."),
    ]


def test_a_unit_says_where_it_stands():
    read = xliff.read(write("xliff", thing(("One", ""), ("Two", ""))))
    assert [unit.line for part in read for unit in part.units] == [5, 8]
    assert isinstance(read[0].units[0], Unit)
