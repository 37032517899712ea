"""Each break of a language file, or of a pack's words, gives one problem at its place, with a hint."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import commands
from circulars.errors import Problem
from circulars.language import forget_languages
from circulars.pack import forget_packs
from circulars.translation import check_language, new_language
from circulars.workspace import Workspace
from conftest import ROOT
from once import made_once

LANGUAGE, WORDS = "languages/pt.yaml", "templates/itu/words/pt.yaml"
DATE = "  date: d 'de' MMMM 'de' y"
CONTACT = '  contact: "Contacto:"'
NAME = "name: Circular TSB  # same\n"
REFERENCE = '{plain: "Circular TSB {number}", to: "a la Circular TSB {number}"}'


@pytest.fixture
def office(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with Portuguese, without marks: nothing in it is wrong."""
    shutil.copytree(made_once(tmp_path_factory, "translated", _made), tmp_path, dirs_exist_ok=True)
    _forget()
    return Workspace(tmp_path)


def _made(folder: Path) -> None:
    shutil.copytree(ROOT / "templates/itu", folder / "templates/itu")
    new_language("pt", Workspace(folder))
    for name in (LANGUAGE, WORDS):
        (folder / name).write_text((folder / name).read_text("utf-8").replace("  # TODO", "  # same"), "utf-8")


def _forget() -> None:
    forget_languages()
    forget_packs()


def check(office: Workspace, name: str, data: bytes) -> tuple[Problem, ...]:
    """The problems of the language when one of its files has other contents."""
    (office.folder / name).write_bytes(data)
    _forget()
    return check_language("pt", office)


# A file, what is replaced in it, by what, the code, and the words at which the problem is.
BREAKS = [
    (LANGUAGE, "name: português", "name: [português]", "wrong-type", "[port"),
    (LANGUAGE, "name: português", "name:", "empty-text", "name:"),
    (LANGUAGE, "name: português", "name: true", "not-words", "true"),
    (LANGUAGE, "name: português\n", "", "missing-field", "locale: pt"),
    (LANGUAGE, "locale: pt", "locale: ptt", "unknown-locale", "ptt"),
    (LANGUAGE, "locale: pt", "locale: fr", "wrong-locale", "fr"),
    (LANGUAGE, "direction: ltr", "direction: left", "unknown-name", "left"),
    (LANGUAGE, "direction: ltr", "direction: rtl", "wrong-direction", "rtl"),
    (LANGUAGE, "forms: [plain, to, de, el]", "forms: plain", "wrong-type", "plain"),
    (LANGUAGE, "forms: [plain, to, de, el]", "forms: [Plain, to, de, el]", "wrong-type", "Plain"),
    (LANGUAGE, "forms: [plain, to, de, el]", "forms: [plain, to, de, el, to]", "repeated-entry", "to]"),
    (LANGUAGE, "forms: [plain, to, de, el]", "forms: []", "empty-list", "[]"),
    (LANGUAGE, "\nlabels:\n", "\nlables:\n", "unknown-field", "lables"),
    (LANGUAGE, "  contact:", "  contcat:", "unknown-field", "contcat"),
    (LANGUAGE, "  postscript:", "  postsript:", "unknown-field", "postsript"),
    (LANGUAGE, "  contact:", "  foo: x\n  contact:", "unknown-field", "foo"),
    (LANGUAGE, '"{place}, {date}"', '"{plce}, {date}"', "unknown-place", "{plce}"),
    (LANGUAGE, '"{place}, {date}"', '"{date}"', "missing-place", '"{date}"'),
    (LANGUAGE, '"{hour}:{minute}"', '"{hour} h"', "missing-place", '"{hour} h"'),
    (LANGUAGE, '"{hour}:{minute}"', '"{minute} h"', "missing-place", '"{minute} h"'),
    (LANGUAGE, '"{hour}:{minute}"', '{written: "{h} {minute}", full-hour: "horas"}', "missing-place", '"horas"'),
    (LANGUAGE, "  countries: {}", '  countries: {}\n  full-name: "{name}{title}"', "missing-place", '"{name}{title}"'),
    (LANGUAGE, '"{place}, {date}"', '"{place, {date}"', "unbalanced-brace", "{place,"),
    (LANGUAGE, '"{place}, {date}"', "{place}, {date}", "yaml-syntax", "{place}"),
    (LANGUAGE, '"{place}, {date}"', '"{place|to}, {date}"', "unknown-form", "{place|to}"),
    (LANGUAGE, '"({parent|to})"', "{parent|to}", "wrong-type", "{parent"),
    (LANGUAGE, "({parent|to})", "({parent|ot})", "unknown-form", "{parent|ot}"),
    (LANGUAGE, "corrigendum: {plain:", "corrigendum: {plainn:", "unknown-form", "plainn"),
    (LANGUAGE, DATE, "  date: d 'de' HH MMMM 'de' y", "wrong-date-pattern", "HH"),
    (LANGUAGE, DATE, "  date: d de MMMM 'de' y", "wrong-date-pattern", "de MMMM"),
    (LANGUAGE, DATE, "  date: d 'de' MMMM 'de y", "wrong-date-pattern", "'de y"),
    (LANGUAGE, DATE, "  date: d 'de' MMMM", "wrong-date-pattern", "d 'de' MMMM"),
    (LANGUAGE, DATE, '  date: "%d de %B de %Y"', "wrong-date-pattern", "%d"),
    (LANGUAGE, DATE, "  dat: d 'de' MMMM 'de' y", "unknown-field", "dat:"),
    (LANGUAGE, "  weekday: EEEE", '  weekday: "{wekday|x}"', "unknown-place", "{wekday|x}"),
    (LANGUAGE, "\nranges:", "\nmonths: [a, b]\nranges:", "wrong-type", "[a, b]"),
    (LANGUAGE, "\nranges:", "\ndays: {32: x}\nranges:", "wrong-name", "32:"),
    (LANGUAGE, "\nafter: {", "\nafter: {em: ot, ", "unknown-form", "ot,"),
    (LANGUAGE, "\nafter: {", "\nafter: {em: {wekday: to}, ", "unknown-format", "wekday"),
    (LANGUAGE, "  count: {one:", '  count: {few: "x {n}", one:', "unused-plural", "few:"),
    (LANGUAGE, "  count: {one:", '  count: {plural: "x {n}", one:', "unknown-field", "plural:"),
    (LANGUAGE, "ordinals:\n  ordinal:", "ordinals:\n  ordnal:", "unknown-field", "ordnal"),
    (LANGUAGE, "  countries: {}", "  countries: {XX: Nada}", "unknown-country", "XX"),
    (LANGUAGE, "  countries: {}", "  countries: {ch: Suíça}", "wrong-name", "ch:"),
    (LANGUAGE, "    mr: {written", "    mr: {writen", "unknown-field", "writen"),
    (LANGUAGE, "Sr. {surname}", "Sr. {surnme}", "unknown-place", "{surnme}"),
    (LANGUAGE, "\npage:", "\nletters: a b c\npage:", "wrong-type", "a b c"),
    (LANGUAGE, "  contact:", "\tcontact:", "yaml-syntax", "\tcontact"),
    (LANGUAGE, "  contact:", "  tel: x\n  contact:", "duplicate-key", 'tel: "'),
    (LANGUAGE, "  contact: ", "  contact: &a ", "unused-anchor", "&a"),
    (LANGUAGE, "  contact: ", "  contact: *a #", "unknown-anchor", "*a"),
    (LANGUAGE, "\nlabels:\n", "\nlabels:\n  <<: {a: b}\n", "merge-key", "<<"),
    (LANGUAGE, "\nlabels:", "\n---\nlabels:", "two-documents", "---"),
    (LANGUAGE, "  contact: ", "  contact:", "yaml-syntax", '"Contacto'),
    (LANGUAGE, CONTACT, '  contact: "Con\\qtacto:"', "yaml-syntax", "\\q"),
    (LANGUAGE, CONTACT, '  contact: "Con\u202etacto:"', "bidi-control", "\u202e"),
    (LANGUAGE, CONTACT, f"  contact: {'x' * 30_000}", "too-long", "xxx"),
    (LANGUAGE, "name: português", "base: ES\nname: português", "unknown-language", "ES"),
    (LANGUAGE, "name: português", "base: [es]\nname: português", "wrong-type", "[es]"),
    (WORDS, "  tsb-circular:", "  tsb-circlar:", "missing-words", "tsb-circlar"),
    (WORDS, "\nkinds:\n", f"\nkinds:\n  tsb-letter: {{name: x, reference: {REFERENCE}, closing: y}}\n", "unused-words",
     "tsb-letter"),
    (WORDS, "\nbureaus:\n", "\nbureaus:\n  foo: x\n", "unused-words", "foo"),
    (WORDS, "  tsb: ", "  tsbb: ", "missing-words", "tsbb"),
    (WORDS, f"    {NAME}    reference: {REFERENCE}  # same\n", f"    {NAME}", "missing-field", "name:"),
    (WORDS, REFERENCE, '"Circular TSB {nmber}"', "unknown-place", "{nmber}"),
    (WORDS, "{plain: \"Circular TSB", "{plian: \"Circular TSB", "unknown-form", "plian"),
    (WORDS, ', to: ""}', ', too: ""}', "unknown-field", "too"),
    (WORDS, "\nlists:\n", "\nlist:\n", "unknown-field", "list:"),
    (WORDS, "\nsignatories:\n", "\nsignatories:\n  foo: {title: x, gender: male}\n", "unknown-name", "male"),
    (WORDS, "\nplace: ", '\nplace: "{x} " #', "unknown-place", "{x}"),
    (WORDS, "\nbureaus:\n", "\nbureaus:\n\tfoo: x\n", "yaml-syntax", "\tfoo"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "words"), BREAKS, ids=[f"{one[3]}-{one[4][:12]}" for one in BREAKS]
)
def test_a_broken_file_has_one_clear_problem(
    name: str, old: str, new: str, code: str, words: str, office: Workspace
) -> None:
    """It has the line and column of what is wrong, and a hint."""
    text = (office.folder / name).read_text("utf-8")
    assert old in text
    broken = text.replace(old, new, 1)

    (problem,) = check(office, name, broken.encode())

    at = broken.index(words, text.index(old))
    place = (broken.count("\n", 0, at) + 1, at - broken.rfind("\n", 0, at))
    assert (problem.code, problem.where.file) == (code, str(office.folder / name))
    assert (problem.where.line, problem.where.column) == place
    assert problem.hint


@pytest.mark.parametrize("name", [LANGUAGE, WORDS])
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"# nothing\n", "empty-file"),
        (b"- a\n- b\n", "wrong-type"),
        (b"words\n", "wrong-type"),
        (b"#" + b"x" * 10_000_000, "too-large"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary-file"),
        ("name: português\n".encode("latin-1"), "not-utf-8"),
        ("name: português\n".encode("utf-16"), "not-utf-8"),
        ("name: português\n".encode("utf-32"), "not-utf-8"),
        (b"a: " + b"[" * 500, "too-deep"),
        (b"a: &a [x, x]\nb: [*a, *a]\n" + b"c: &c [*c]\n", "endless-anchor"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_one_problem(name: str, data: bytes, code: str, office: Workspace) -> None:
    """Whatever it is, and however large; no list of all that it lacks follows."""
    (problem,) = check(office, name, data)

    assert (problem.code, problem.where.file) == (code, str(office.folder / name))
    assert problem.hint


@pytest.mark.parametrize("change", [lambda data: b"\xef\xbb\xbf" + data, lambda data: data.replace(b"\n", b"\r\n")])
def test_a_byte_order_mark_and_other_line_ends_are_read(change: Callable[[bytes], bytes], office: Workspace) -> None:
    """As editors of Windows write them."""
    for name in (LANGUAGE, WORDS):
        assert check(office, name, change((office.folder / name).read_bytes())) == ()


def _line(text: str, typed: str) -> int:
    """The line of a text in which something begins."""
    return text.count("\n", 0, text.index(typed)) + 1


def test_several_breaks_of_both_files_are_reported_at_once(office: Workspace) -> None:
    """By every command that checks them, in order."""
    shutil.copy(ROOT / "letters/tsb-circular-213.yaml", office.folder)
    language = (office.folder / LANGUAGE).read_text("utf-8").replace("direction: ltr", "direction: up")
    language = language.replace('"{place}, {date}"', '"{plce} {plce}"').replace("({parent|to})", "({parent|xx})")
    words = (
        (office.folder / WORDS)
        .read_text("utf-8")
        .replace("TSB {number}", "TSB {nmber}", 1)
        .replace("\nlists:", "\nlist:")
    )
    (office.folder / LANGUAGE).write_text(language, "utf-8")
    (office.folder / WORDS).write_text(words, "utf-8")

    checked = commands.run_here(office.folder, "language", "check", "pt")

    dateline, parent = (_line(language, typed) for typed in ("{plce}", "{parent|xx}"))
    number, lists = (_line(words, typed) for typed in ("{nmber}", "\nlist:"))
    assert [line.split()[:2] for line in checked.stdout.splitlines() if not line.startswith(" ")] == [
        ["languages/pt.yaml:5:12", "unknown-name"],
        [f"languages/pt.yaml:{dateline}:13", "missing-place"],
        [f"languages/pt.yaml:{dateline}:14", "unknown-place"],
        [f"languages/pt.yaml:{dateline}:21", "unknown-place"],
        [f"languages/pt.yaml:{parent}:17", "unknown-form"],
        [f"templates/itu/words/pt.yaml:{number}:38", "unknown-place"],
        [f"templates/itu/words/pt.yaml:{lists + 1}:1", "unknown-field"],
    ]
    assert "Traceback" not in checked.stderr
