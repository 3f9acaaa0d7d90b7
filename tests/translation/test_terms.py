"""Terms are found as whole words, and anywhere where a script writes no spaces between words."""

import pytest

from cms.translation.terms import Term, used


def names(text: str, *forms: str) -> bool:
    """Whether a text names a term that is spelled so."""
    return bool(used([Term(forms[0], forms, "x")], [text]))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Keep the door closed.", "door"),
        ("Door", "door"),
        ("(door)", "door"),
        ("<b>door</b>s", "doors"),
        ("the soft-target debate", "soft-target"),
        ("Objectifs : « porte »", "porte"),
        ("أماكن مفتوحة", "مفتوحة"),
        ("C++ is old", "C++"),
    ],
)
def test_whole_words(text, form):
    assert names(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("indoors", "door"),
        ("doors", "door"),
        ("trapdoor", "door"),
        ("door_1", "door"),
        ("door2", "door"),
        ("الأماكن", "أماكن"),
        ("двери", "двер"),
        ("", "door"),
        ("door", ""),
    ],
)
def test_parts_of_words_are_none(text, form):
    assert not names(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("保护公共场所的安全。", "公共场所"),
        ("公共场所", "公共场所"),
        ("公共场所安全", "公共场所"),
        ("保护公共场所", "公共场所"),
        ("人々が集まる場所を守る", "場所"),
        ("ソフトターゲットの保護", "ソフトターゲット"),
        ("ปกป้องพื้นที่สาธารณะของเรา", "พื้นที่สาธารณะ"),
        ("ການປ້ອງກັນ", "ປ້ອງ"),
        ("𠀀𠀁𠀂", "𠀁"),
    ],
)
def test_without_spaces_a_term_may_stand_anywhere(text, form):
    assert names(text, form)


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        # A word of another script ends where Chinese begins,
        ("下载PDF文件", "PDF", True),
        ("下载PDFA文件", "PDF", False),
        ("下载XPDF文件", "PDF", False),
        ("第3章", "3", True),
        ("第31章", "3", False),
        # and a form that is mixed has an edge of each kind.
        ("下载pdf文件夹", "PDF文件", True),
        ("下载XPDF文件夹", "PDF文件", False),
        ("关于无人机UAV的规定", "无人机UAV", True),
        ("关于无人机UAVs", "无人机UAV", False),
        ("我们的UAV无人机", "UAV", True),
        # Punctuation and spaces end everything.
        ("「公共场所」", "公共场所", True),
        ("公共 场所", "公共场所", False),
    ],
)
def test_each_edge_is_by_its_own_letter(text, form, found):
    assert names(text, form) is found


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        # What is written on the last letter belongs to it.
        ("ที่ดิน", "ท", False),
        ("ที่ดิน", "ที", False),
        ("ที่ดิน", "ที่", True),
        ("か\u3099", "か", False),
    ],
)
def test_no_letter_is_taken_apart(text, form, found):
    assert names(text, form) is found


def test_any_spelling_counts_and_terms_come_by_name():
    known = [
        Term("zones", ("zone", "zones"), ""),
        Term("Doors", ("door", "doors"), "portes"),
        Term("公共场所", ("公共场所", "公众场所"), "public place"),
        Term("absent", ("absent",), ""),
        Term("nothing", (), ""),
    ]
    found = used(known, ["Two doors.", "A <b>zone</b>", "在公众场所"])
    assert [term.term for term in found] == ["Doors", "zones", "公共场所"]
    # Two texts are two: nothing is read across.
    assert used([Term("both", ("公共场所",), "")], ["公共", "场所"]) == []
