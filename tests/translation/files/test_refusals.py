"""Files that aren't what is wanted: refused, with a line and a reason. `test_journey.py` sees that nothing changes then."""

import re
from dataclasses import replace

import pytest

from cms.core.tables.faults import FileRefused
from cms.translation.files import inline, po, texts, tmx, xliff
from cms.translation.files.plan import Action, plan

from .samples import KEY, LINKED, LINKED_FR, OTHER, thing

FORMATS = {"xliff": (xliff.write, xliff.read), "po": (po.write, po.read)}
both = pytest.mark.parametrize("kind", FORMATS)
THEN = thing((LINKED, LINKED_FR), ("Two", ""))


def sent(kind, *things, source="en", target="fr"):
    return FORMATS[kind][0](things, source, target).decode()


def planned(kind, text, *known, target="fr", **more):
    parts = FORMATS[kind][1](text if isinstance(text, bytes) else text.encode())
    return plan(parts, {each.key: each for each in known}, target, **{"overwrite": False, **more})


def faults(kind, text, *known, **more):
    made = planned(kind, text, *known, **more)
    return [(fault.line, fault.message) for fault in made.faults]


def refusal(read, data):
    with pytest.raises(FileRefused) as caught:
        read(data if isinstance(data, bytes) else data.encode())
    (fault,) = caught.value.faults
    return fault.line, fault.message


# Other than what is wanted ------------------------------------------------------------------------------------------


@both
def test_another_thing(kind):
    other = thing(("Two", "Deux"), key=OTHER)
    line = {"xliff": 3, "po": 11}[kind]
    told = "This is about something else than what you are importing into."
    assert faults(kind, sent(kind, other), THEN) == [(line, told)]
    # One that doesn't belong in there is enough.
    assert len(faults(kind, sent(kind, THEN, other), THEN)) == 1


@both
def test_another_language(kind):
    line = {"xliff": 2, "po": 1}[kind]
    assert faults(kind, sent(kind, THEN, target="es"), THEN) == [
        (line, "The file is a translation into “es”, not into Français (fr).")
    ]
    assert faults(kind, sent(kind, THEN, source="ru"), THEN) == [
        (line, "The file is a translation from “ru”; “Doors & gates” was written in English.")
    ]


@both
@pytest.mark.parametrize(
    ("theirs", "ours"), [("fr-CA", "fr"), ("FR", "fr"), ("zh-Hans", "zh-hans"), ("zh_hans", "zh-hans")]
)
def test_languages_are_known_by_other_spellings(kind, theirs, ours):
    text = sent(kind, THEN, target="xx").replace("xx", theirs)
    assert faults(kind, text, THEN, target=ours) == []


@both
def test_a_source_that_was_changed_here(kind):
    now = thing((LINKED, LINKED_FR), ("Two and a half", ""))
    (found,) = faults(kind, sent(kind, thing((LINKED, LINKED_FR), ("Two", "Deux"))), now)
    assert found[0] == {"xliff": 9, "po": 17}[kind]
    assert found[1].startswith("The source of this paragraph was changed here since the export.")
    # Without that paragraph the file is as good as it was.
    only = thing((LINKED, LINKED_FR))
    assert faults(kind, sent(kind, only), now) == []


@both
def test_a_source_that_was_changed_in_the_file(kind):
    text = sent(kind, THEN)
    assert text.count("Two") == 1
    (found,) = faults(kind, text.replace("Two", "Three"), THEN)
    assert "changed in the file" in found[1] and found[0] == {"xliff": 9, "po": 17}[kind]


@both
def test_the_same_paragraph_twice(kind):
    text = sent(kind, THEN)
    if kind == "xliff":
        begin = text.index("<unit")
        end = text.index("</unit>") + len("</unit>")
    else:
        begin, end = text.index("#. Doors"), text.index("#. Doors", text.index("#. Doors") + 1)
    (found,) = faults(kind, text[:end] + "\n" + text[begin:end] + text[end:], THEN)
    assert found[1] == f"The same paragraph stands in line {({'xliff': 5, 'po': 11})[kind]}."


# Tags ---------------------------------------------------------------------------------------------------------------

BOLD = thing(("A <b>door</b> here", ""))
UNIT = f"{BOLD.paragraphs[0].id}-0"


def xliff_with(target):
    return sent("xliff", BOLD).replace("</source>", f"</source><target>{target}</target>")


def po_with(target):
    return sent("po", BOLD).replace('here"\nmsgstr ""', f'here"\nmsgstr "{target}"')


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("Une porte", "The tag <b> of the source is missing."),
        (
            'Une <pc id="b_1">porte</pc> <pc id="i_1">ici</pc>',
            "The source has no tag <i>, or has it less often.",
        ),
        ('<pc id="b_1">Une</pc> <pc id="b_1">porte</pc>', "The source has no tag <b>, or has it less often."),
        ('Une <sc id="b_1"/>porte', "The tag <b> is never closed."),
        ('Une <ec startRef="b_1"/>porte<sc id="b_1"/>', "The tag </b> closes nothing, or tags cross."),
        ("Une <pc>porte</pc>", "The element <pc> has no id."),
        ('Une <g id="b_1">porte</g>', "The element <g> can’t stand in a text."),
        ('Une <pc id="script_1">porte</pc>', "The tag <script> can’t stand in a text."),
        ('Une <pc id="a1">porte</pc>', "The tag <b> of the source is missing."),
        (
            'Une <pc id="b_1">porte</pc><cp hex="0000"/>',
            "The element <cp> names a character that there isn’t.",
        ),
        (
            'Une <pc id="b_1">porte</pc><cp hex="D800"/>',
            "The element <cp> names a character that there isn’t.",
        ),
    ],
)
def test_tags_of_xliff_that_are_broken_or_missing(target, reason):
    assert faults("xliff", xliff_with(target), BOLD) == [(5, reason)]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("Une porte", "The tag <b> of the source is missing."),
        ("Une <b>porte", "The tag <b> is never closed."),
        ("Une <b>porte</b> <i>ici</i>", "The source has no tag <i>, or has it less often."),
        ("Une <B onclick='x'>porte</B>", "The tag <b> has an attribute that it can’t have."),
        ("Une <b>porte</b><img src=x>", "The tag <img> can’t stand in a text."),
        ("Une <b>porte</b><a href='javascript:1'>x</a>", "The tag <a> has an attribute that it can’t have."),
    ],
)
def test_tags_of_po_that_are_broken_or_missing(target, reason):
    (found,) = faults("po", po_with(target), BOLD)
    assert found == (11, reason)


def test_tags_that_are_whole_are_taken():
    for kind, text in [("xliff", xliff_with('<pc id="b_1">Ici</pc>')), ("po", po_with("<b>Ici</b>"))]:
        made = planned(kind, text, BOLD)
        assert [(step.action, step.new) for step in made.steps] == [(Action.CREATE, "<b>Ici</b>")]


# What was changed here ----------------------------------------------------------------------------------------------


@both
def test_a_translation_that_was_changed_here_is_a_conflict(kind):
    back = sent(kind, thing(("One", "Un"), ("Two", "Deux"))).replace("Un", "Une").replace("Deux", "Les deux")
    now = thing(("One", "Unique"), ("Two", "Deux"))
    made = planned(kind, back, now)
    assert [(step.action, step.new) for step in made.steps] == [
        (Action.CONFLICT, "Une"),
        (Action.UPDATE, "Les deux"),
    ]
    assert [step.new for step in made.writing] == ["Les deux"]
    given_way = planned(kind, back, now, overwrite=True)
    assert [step.new for step in given_way.writing] == ["Une", "Les deux"]
    assert given_way.digest() != made.digest()


@both
def test_what_nobody_touched_in_the_file_leaves_alone_what_was_done_here(kind):
    made = planned(kind, sent(kind, thing(("One", "Un"))), thing(("One", "Unique")), overwrite=True)
    assert made.counts["unchanged"] == 1 and made.conflicts == [] == made.writing


@both
def test_the_same_said_on_both_sides_is_no_conflict(kind):
    back = sent(kind, thing(("One", "Un"))).replace("Un<", "Unique<").replace('"Un"', '"Unique"')
    assert planned(kind, back, thing(("One", "Unique"))).counts["unchanged"] == 1


def test_a_file_that_doesnt_say_what_it_began_with_overwrites_nothing():
    back = (
        sent("po", thing(("One", "")))
        .replace("#. base 0\n", "")
        .replace('"One"\nmsgstr ""', '"One"\nmsgstr "Un"')
    )
    assert [step.action for step in planned("po", back, thing(("One", "Unique"))).steps] == [Action.CONFLICT]
    assert [step.action for step in planned("po", back, thing(("One", ""))).steps] == [Action.CREATE]


def test_an_empty_translation_takes_nothing_away():
    back = sent("xliff", thing(("One", "Un"))).replace(">Un<", "> <")
    made = planned("xliff", back, thing(("One", "Un")))
    assert made.counts["unfinished"] == 1 and made.writing == []


@both
def test_what_waits_for_a_reviewer_is_told_with_its_line(kind):
    back = sent(kind, thing(("One", "Un"), ("Two", "Deux"))).replace("Deux", "Les deux")
    now = replace(thing(("One", "Un"), ("Two", "Deux")), in_review=True)
    line = {"xliff": 3, "po": 11}[kind]
    told = "“Doors & gates” waits for a reviewer: nothing can be written into it until that is decided."
    assert faults(kind, back, now) == [(line, told)]
    assert faults(kind, back, now, reviews=True) == []
    # Where nothing would be written, nothing speaks against it: unchanged, or a conflict that is left alone.
    assert faults(kind, sent(kind, now), now) == []
    other = replace(thing(("One", "Un"), ("Two", "Trois")), in_review=True)
    assert faults(kind, back, other) == []
    assert faults(kind, back, other, overwrite=True) == [(line, told)]


# What can't be read -------------------------------------------------------------------------------------------------

READERS = {"xliff": xliff.read, "tmx": lambda data: tmx.read(data, "fr")}
xml = pytest.mark.parametrize("kind", READERS)
TMX = '<tmx version="1.4"><header srclang="en"/><body><tu/></body></tmx>'
BOMB = """<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"""


@xml
@pytest.mark.parametrize(
    "prologue",
    [
        BOMB,
        '<!DOCTYPE xliff SYSTEM "file:///etc/passwd">',
        "<!-- x --><?x y?>\n<!DOCTYPE x [<!ENTITY e SYSTEM 'http://127.0.0.1:1/'>]>",
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd" [<!ENTITY a "b">]>',
        "\ufeff<!DOCTYPE x []>",
    ],
)
def test_document_types_and_entities(kind, prologue):
    body = {"xliff": sent("xliff", THEN).partition("?>")[2], "tmx": TMX}[kind]
    line, told = refusal(READERS[kind], prologue + body)
    assert told == "The file declares a document type or entities. That is not allowed."
    assert line == prologue.count("\n") + 1


def test_the_name_of_tmx_s_own_document_type_is_passed_over():
    body = TMX.replace(
        "<tu/>", '<tu><tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="fr"><seg>b</seg></tuv></tu>'
    )
    for name in ('<!DOCTYPE tmx SYSTEM "tmx14.dtd">', "<!DOCTYPE tmx>", '<!DOCTYPE tmx PUBLIC "-//x"\n"y">'):
        assert tmx.read(f"{name}\n{body}".encode(), "fr").pairs[0].line == name.count("\n") + 2


@xml
def test_an_entity_that_nobody_declared(kind):
    body = {"xliff": sent("xliff", THEN).replace("Two", "&xxe;"), "tmx": TMX.replace("<tu/>", "&xxe;")}[kind]
    assert refusal(READERS[kind], body)[1] == "The file is not well-formed XML."


@pytest.mark.parametrize("kind", [*FORMATS, "tmx"])
def test_another_encoding(kind):
    read = {"xliff": xliff.read, "po": po.read, "tmx": READERS["tmx"]}[kind]
    text = {"tmx": TMX.replace("><tu/>", ">\n<x>é</x>")} | {
        each: sent(each, thing(("One\u00a0é", ""))) for each in FORMATS
    }
    line, told = refusal(read, text[kind].encode("latin-1"))
    assert told == "The text isn’t in UTF-8. Save or export the file in UTF-8."
    assert line == text[kind].count("\n", 0, text[kind].index("\u00a0" if kind != "tmx" else "é")) + 1


def test_an_encoding_that_the_file_only_claims():
    text = sent("xliff", THEN).replace("UTF-8", "windows-1252")
    assert refusal(xliff.read, text) == (
        1,
        "The file says that it is in windows-1252. Save or export it in UTF-8.",
    )
    for fine in (
        text.replace("windows-1252", "UTF-16").encode("utf-16"),
        b"\xef\xbb\xbf" + sent("xliff", THEN).encode(),
    ):
        assert faults("xliff", fine, THEN) == []


@both
def test_a_nul(kind):
    read = FORMATS[kind][1]
    assert refusal(read, sent(kind, THEN).replace("Two", "T\0wo"))[1] == "The file has a NUL character."


def test_too_large_and_too_many(monkeypatch):
    data = b"x" * (texts.MOST_BYTES + 1)
    for read in (xliff.read, po.read, READERS["tmx"]):
        assert refusal(read, data) == (None, "The file is larger than 10 MB.")
    monkeypatch.setattr(texts, "MOST_UNITS", 1)
    for kind in FORMATS:
        assert refusal(FORMATS[kind][1], sent(kind, THEN))[1] == "The file has more than 1 paragraphs."


@pytest.mark.parametrize(
    ("read", "data", "told"),
    [
        (xliff.read, "", "The file is empty."),
        (xliff.read, "<xliff", "The file is not well-formed XML."),
        (xliff.read, "<x>" * 300 + "</x>" * 300, "The file is not well-formed XML."),
        (xliff.read, "<html/>", "The file is not XLIFF of version 1.2 or 2.1."),
        (xliff.read, '<xliff version="1.0"/>', "The file is not XLIFF of version 1.2 or 2.1."),
        (xliff.read, '<xliff version="1.2"/>', "There is no paragraph in this file."),
        (READERS["tmx"], "<html/>", "The file is not TMX."),
        (READERS["tmx"], TMX, "There is nothing in Français in this file."),
        (
            READERS["tmx"],
            TMX.replace('"en"', '"de"'),
            "The file is a memory from “de”, which is not a language that is translated here.",
        ),
        (po.read, "This is a letter.\n", "The file is not a PO file."),
        (po.read, "/etc/passwd", "The file is not a PO file."),
        (po.read, 'msgid ""\nmsgstr ""\n"Language: fr\\n"\n', "There is no paragraph in this file."),
        (po.read, 'msgid "x"\nmsgstr "y"\n', "The entry has no context that says what it belongs to."),
    ],
)
def test_what_isnt_a_file_of_its_kind(read, data, told):
    assert refusal(read, data)[1] == told


def test_lines_are_told_behind_the_65535th():
    text = (
        sent("xliff", BOLD)
        .replace("<unit", "\n" * 70_000 + "<unit")
        .replace("</source>", "</source><target>x</target>")
    )
    # libxml2 knows them from the text inside, which may begin a line later.
    assert faults("xliff", text, BOLD)[0][0] in (70_005, 70_006)


def test_plural_forms_are_told():
    text = sent("po", BOLD).replace('here"\nmsgstr ""', 'here"\nmsgid_plural "x"\nmsgstr[0] ""')
    assert faults("po", text, BOLD) == [(11, "The entry has plural forms.")]


def test_a_key_is_not_taken_from_elsewhere():
    assert KEY in sent("xliff", THEN)
    (found,) = faults("xliff", sent("xliff", THEN).replace(KEY, "../../etc"), THEN)
    assert found[0] == 3


def test_what_no_paragraph_is_as_long_as_is_told():
    text = po_with("x" * 20_001)
    assert faults("po", text, BOLD) == [(11, "The text has more than 20000 characters.")]


@pytest.mark.parametrize("name", ["source", "target"])
@pytest.mark.parametrize("long", ["x" * 20_001, "<!---->" * 20_001, "x<!---->" * 20_001, " " * 20_001])
def test_no_text_of_xliff_is_longer_than_one_may_be(name, long, monkeypatch):
    monkeypatch.setattr(inline, "canonical", never)
    text = xliff_with("Une <pc id='b_1'>porte</pc>").replace(f"</{name}>", f"{long}</{name}>")
    assert faults("xliff", text, BOLD) == [(5, "The text has more than 20000 characters.")]
    old = f"""<xliff version="1.2"><file original="compendium:{KEY}:{BOLD.digest}" source-language="en"
        target-language="fr"><body>
        <trans-unit id="{UNIT}"><source>A</source><target>B</target></trans-unit></body></file></xliff>"""
    old = old.replace(f"</{name}>", f"{long}</{name}>")
    assert faults("xliff", old, BOLD) == [(3, "The text has more than 20000 characters.")]


def never(*args):
    raise AssertionError("walked")


def test_segments_of_a_unit_count_together():
    segment = f"<segment><source>{'x' * 300}</source></segment>"
    text = sent("xliff", BOLD).replace("</unit>", segment * 67 + "</unit>")
    assert faults("xliff", text, BOLD) == [(5, "The text has more than 20000 characters.")]


@pytest.mark.parametrize("long", ["a" + " " * 20_000 + "b", "<ph/>" * 20_001, "a<!---->" * 20_001])
def test_a_unit_of_a_memory_that_is_too_long_is_left_out_with_its_line(long):
    unit = '<tu><tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="fr"><seg>b</seg></tuv></tu>'
    text = TMX.replace("<tu/>", f"{unit}\n{unit.replace('<seg>b', f'<seg>{long}')}")
    found = tmx.read(text.encode(), "fr")
    assert [pair.line for pair in found.pairs] == [1]
    assert [(each.line, each.message) for each in found.left_out] == [
        (2, "The text has more than 20000 characters.")
    ]


@both
def test_as_long_as_one_may_be_is_taken(kind):
    long = thing(("x" * 20_000, "y" * 20_000))
    assert faults(kind, sent(kind, long), long) == []


@pytest.mark.parametrize("line", ['"x"', "# x", "#. x", '#~ "x"'])
def test_what_goes_on_for_too_many_lines_is_never_parsed(line, monkeypatch):
    text = po_with("") + '\nmsgid "x"\n' + f"{line}\n" * 40_000
    monkeypatch.setattr(po, "_parsed", never)
    found = refusal(po.read, text)
    assert found[1] == "The text has more than 20000 characters." and 20_000 < found[0] < 40_000


def test_a_text_and_a_head_may_have_many_lines():
    """Each character in a line of its own; a thousand things in the head, as tools cut its lines."""
    lines = "".join('"x"\n' for _ in range(20_000))
    items = "".join(f'"{OTHER}={"0" * 16} "\n' for _ in range(1_000))
    text = po_with("").replace('here"\nmsgstr ""\n', f'here"\nmsgstr ""\n{lines}')
    assert "base" in text and text.count(f"{po.ITEMS}: ") == 1
    text = text.replace(f'"{po.ITEMS}: ', f'"{po.ITEMS}: "\n{items}"')
    assert faults("po", text, BOLD)[0][1] == "The tag <b> of the source is missing."


OLD_FILE = f"""<file original="compendium:{KEY}:{BOLD.digest}" source-language="en" target-language="fr">"""
OLD_UNIT = f"""<trans-unit id="{UNIT}"><source>A</source></trans-unit>"""


def nested(kind, depth):
    if kind == "1.2":
        return f'<xliff version="1.2">\n{OLD_FILE * depth}\n{OLD_UNIT}{"</file>" * depth}</xliff>'
    text = sent("xliff", BOLD)
    begin = re.search("<file .*?>", text)[0]
    return text.replace(begin, begin * depth).replace("</file>", "</file>" * depth)


@pytest.mark.parametrize("kind", ["1.2", "2.1"])
def test_things_within_things_are_refused_before_a_unit_is_read(kind, monkeypatch):
    assert [len(part.units) for part in xliff.read(nested(kind, 1).encode())] == [1]
    monkeypatch.setattr(xliff, "_unit", never)
    line = {"1.2": 2, "2.1": 3}[kind]
    for depth in (2, 200):
        told = refusal(xliff.read, nested(kind, depth))
        assert told == (line, "A <file> can stand in nothing but <xliff>.")


@pytest.mark.parametrize("kind", ["1.2", "2.1"])
@pytest.mark.parametrize("of", ["units", "things"])
def test_units_and_things_are_counted_before_any_is_read(kind, of, monkeypatch):
    monkeypatch.setattr(xliff, "_unit", never)
    monkeypatch.setattr(texts, "MOST_UNITS", 3)
    if of == "units":
        name = {"1.2": "trans-unit", "2.1": "unit"}[kind]
        text = re.sub(
            f"<{name} .*</{name}>", lambda unit: f"{unit[0]}\n" * 4, nested(kind, 1), flags=re.DOTALL
        )
    else:
        text = re.sub("<file .*</file>", lambda file: f"{file[0]}\n" * 4, nested(kind, 1), flags=re.DOTALL)
    line, told = refusal(xliff.read, text)
    assert told == "The file has more than 3 paragraphs." and line > 3


def test_what_a_tool_calls_a_file_in_a_namespace_of_its_own_is_passed_over():
    text = nested("1.2", 1).replace("<trans-unit", '<t:file xmlns:t="urn:tool"/><trans-unit')
    assert [len(part.units) for part in xliff.read(text.encode())] == [1]
