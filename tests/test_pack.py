"""A pack is a folder with facts and words; all of its problems are reported at once."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from circulars.errors import PackError, Problem
from circulars.language import known_languages
from circulars.pack import SHIPPED, find_pack, forget_packs, load_pack, pack_names, read_inside
from conftest import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a copy of the pack "itu" that a test may change."""
    shutil.copytree(ROOT / "templates" / "itu", tmp_path / "itu")
    yield tmp_path
    forget_packs()


def change(file: Path, old: str, new: str) -> None:
    """Replaces a text in a file, which must contain it."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def problems(folder: Path, name: str = "itu") -> list[Problem]:
    """The problems of the pack."""
    with pytest.raises(PackError) as caught:
        load_pack(name, (folder,))
    return list(caught.value.problems)


def test_the_shipped_pack_has_six_kinds_in_every_shipped_language() -> None:
    """Each kind has words in English, Spanish and each other language of the package."""
    pack = load_pack("itu")

    assert list(pack.kinds) == [
        "tsb-circular",
        "tsb-collective",
        "br-administrative",
        "br-circular-letter",
        "bdt-circular",
        "sg-letter",
    ]
    assert tuple(sorted(pack.words)) == known_languages()
    assert {"ar", "en", "es", "fr", "ru", "zh"} <= pack.words.keys()
    assert all(set(words.kinds) == set(pack.kinds) for words in pack.words.values())


@pytest.mark.parametrize("name", ["itu", "emwo"])
def test_all_languages_of_a_shipped_pack_have_the_same_names(name: str) -> None:
    """No kind, list, bureau or signatory is in one language only."""
    english, *others = (load_pack(name).words[code] for code in sorted(known_languages(), key="en".__ne__))

    for other in others:
        assert list(english.kinds) == list(other.kinds)
        assert list(english.lists) == list(other.lists)
        assert list(english.bureaus) == list(other.bureaus)
        assert list(english.signatories) == list(other.signatories)
        assert len(english.footer) == len(other.footer)


def test_a_pack_in_the_workspace_replaces_the_shipped_one(folder: Path) -> None:
    """An office can copy the pack and change its words."""
    change(folder / "itu/words/en.yaml", "closing: Yours faithfully,", "closing: Best regards,")

    assert load_pack("itu", (folder,)).words["en"].kinds["tsb-circular"].closing.text == "Best regards,"
    assert load_pack("itu", (folder,)).folder == folder / "itu"
    assert load_pack("itu").words["en"].kinds["tsb-circular"].closing.text == "Yours faithfully,"


def test_all_folders_without_packs_have_the_same_shipped_one(tmp_path: Path) -> None:
    """It is one object, on any paper: what is known of it is found again."""
    first, second = ((tmp_path / name / "templates",) for name in ("first", "second"))

    assert load_pack("itu", first) is load_pack("itu", second) is load_pack("itu")
    assert load_pack("itu", first, "letter") is load_pack("itu", second, "letter")


def test_a_closing_with_the_salutation_needs_another_without_it(folder: Path) -> None:
    """A letter of the kind may have no salutation: "Veuillez agréer, , l'assurance" must not be printed."""
    change(folder / "itu/words/en.yaml", "closing: Yours faithfully,", "closing: 'Yours faithfully, {salutation}'")

    with pytest.raises(PackError, match="there is none for letters without a salutation"):
        load_pack("itu", (folder,))


def test_a_key_of_an_earlier_version_is_named_with_its_remedy(folder: Path) -> None:
    """A folder that was begun before the key was replaced says what to write now."""
    change(folder / "itu/words/en.yaml", "closing: Yours faithfully,", "closing: Yours,\n    closing-addressed: Yours,")

    problem = problems(folder)[0]

    assert (problem.code, problem.message) == ("unknown-field", "'closing-addressed' was a key of an earlier version")
    assert problem.hint.startswith("call it 'closing-plain:', and write '{salutation}' in 'closing:'")


def test_for_an_unknown_pack_the_most_similar_is_suggested(folder: Path) -> None:
    """The packs of the workspace are suggested, too."""
    (folder / "itu").rename(folder / "acme")

    (problem,) = problems(folder, "acm")

    assert (problem.code, problem.message) == ("unknown-pack", "there is no template pack 'acm'")
    assert problem.hint == "did you mean 'acme'?"
    assert pack_names((folder,)) == ("itu", "acme", "emwo")


@pytest.mark.parametrize("name", ["../itu", "/etc", "", ".", "itu/../itu", "itu\x00", "itu/", "*"])
def test_a_hostile_name_finds_no_pack(name: str, folder: Path) -> None:
    """A pack's name cannot lead out of the folder."""
    (folder / "inner").mkdir()

    with pytest.raises(PackError, match="there is no template pack"):
        find_pack(name, (folder / "inner", SHIPPED))


def test_a_folder_without_pack_yaml_is_not_a_pack(folder: Path) -> None:
    """Without pack.yaml, the shipped pack with that name is found."""
    (folder / "itu/pack.yaml").unlink()

    assert find_pack("itu", (folder,)) == SHIPPED / "itu"


def test_a_copied_pack_must_have_the_name_of_its_folder(folder: Path) -> None:
    """A pack that was copied under another name must not keep the old one."""
    (folder / "itu").rename(folder / "acme")

    (problem,) = problems(folder, "acme")

    assert problem.where.file == str(folder / "acme/pack.yaml")
    assert (problem.code, problem.hint) == ("wrong-name", "write 'name: acme'")


# Packs with problems.


def test_a_language_without_words_is_reported(folder: Path) -> None:
    """The problem names the missing file."""
    (folder / "itu/words/es.yaml").unlink()

    (problem,) = problems(folder)

    assert problem.where.file == str(folder / "itu/words/es.yaml")
    assert problem.message == "the pack's language 'es' has no words"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bdt-circular", "the kind 'bdt-circular' has no words"),
        ("tsb", "the bureau 'tsb' has no words"),
        ("member-states-itu", "the list 'member-states-itu' has no words"),
    ],
)
def test_words_missing_in_one_language_are_reported(name: str, message: str, folder: Path) -> None:
    """A kind, a bureau or a list in pack.yaml must have words in every language."""
    change(folder / "itu/words/es.yaml", f"  {name}:", f"  {name}-x:")

    (problem,) = problems(folder)

    assert (Path(problem.where.file).name, problem.code, problem.message) == ("es.yaml", "missing-words", message)


@pytest.mark.parametrize(
    ("file", "old", "new", "message", "hint"),
    [
        ("pack.yaml", "layout: row", "layout: rows", "'rows' is not a name", "did you mean 'row'?"),
        ("pack.yaml", "numbering: section", "numbering: letters", "'letters' is not a name", "one of: "),
        ("pack.yaml", "dateline: date", "datline: date", "'datline' is not part of", "did you mean 'dateline'?"),
        ("pack.yaml", "title: International Telecommunication Union\n", "", "pack.yaml has no 'title'", "add 'title:'"),
        ("pack.yaml", "  all: {families: [Carlito], word: Calibri}", "  #", "'fonts:' has no 'all'", "add 'all:'"),
        ("pack.yaml", "[reference, contact,", "[reference, contcat,", "'contcat' is not a", "did you mean 'contact'?"),
        ("pack.yaml", "[reference, contact,", "[contact, reference,", "the first row is not 'reference'", "first"),
        ("pack.yaml", "width: 16", "width: 0", "'0' is not a whole number", ""),
        ("words/en.yaml", "place: Geneva\n", "", "this file of words has no 'place'", "add 'place:'"),
        ("words/es.yaml", "    closing: Atentamente,\n", "", "this kind has no 'closing'", "add 'closing:'"),
        ("words/es.yaml", "place: Ginebra", "place: ''", "expected text here, found nothing", ""),
    ],
)
def test_a_misspelt_fact_is_explained(file: str, old: str, new: str, message: str, hint: str, folder: Path) -> None:
    """The problem has the file, the line, the fact, and the most similar name."""
    change(folder / "itu" / file, old, new)

    problem = problems(folder)[0]

    assert problem.where.file == str(folder / "itu" / file)
    assert problem.where.line > 0
    assert problem.message.startswith(message)
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("old", "new", "words", "code"),
    [
        ("    closing: Yours faithfully,\n", '    closing: "Yours, {closing}"\n', "{closing}", "unknown-place"),
        ("  member-states: ", '  member-states: "{x}" # ', "{x}", "unknown-place"),
        ("    salutation: Dear Sir/Madam,", "    salutation: 'Dear {surname},'", "{surname}", "unknown-place"),
        ("place: Geneva", "place: Geneva}", "}", "unbalanced-brace"),
        ('plain: "TSB Circular {number}"', 'plain: "TSB Circular"', '"TSB Circular"', "missing-place"),
        ('to: "to TSB Circular {number}"', 'to: "to TSB Circular"', '"to TSB Circular"', "missing-place"),
    ],
)
def test_words_that_would_print_a_brace_or_lose_the_number_are_reported(
    old: str, new: str, words: str, code: str, folder: Path
) -> None:
    """Only a reference has places, and it must have {number}; others are problems with line and column."""
    file = folder / "itu/words/en.yaml"
    change(file, old, new)
    line, text = next((at, line) for at, line in enumerate(file.read_text().splitlines(), 1) if words in line)

    found = problems(folder)

    assert {(one.code, one.where.line, one.where.column) for one in found if one.where.line == line} == {
        (code, line, text.index(words) + 1)
    }


def test_a_number_in_place_of_words_is_a_problem(folder: Path) -> None:
    """In quotation marks it is text."""
    file = folder / "itu/words/en.yaml"
    change(file, "organization: International Telecommunication Union", "organization: 5")

    found = [(one.code, one.where.line, one.where.column) for one in problems(folder)]

    assert found == [("not-words", 2, 15)]
    change(file, "organization: 5", "organization: '5'")
    assert load_pack("itu", (folder,)).words["en"].organization == "5"


def test_a_misspelt_name_of_words_says_which_is_to_be_written(folder: Path) -> None:
    """The hint has the right name first."""
    change(folder / "itu/words/en.yaml", "  tsb-collective:", "  tsb-colective:")

    (problem,) = problems(folder)

    assert problem.hint == "write 'tsb-collective' instead of 'tsb-colective'"


def test_the_problems_of_all_files_come_at_once(folder: Path) -> None:
    """Missing words are reported together with problems of pack.yaml."""
    change(folder / "itu/pack.yaml", "layout: row", "layout: rows")
    change(folder / "itu/words/en.yaml", "place: Geneva\n", "")
    change(folder / "itu/words/es.yaml", "place: Ginebra\n", "")

    assert [Path(problem.where.file).name for problem in problems(folder)] == ["pack.yaml", "en.yaml", "es.yaml"]


@pytest.mark.parametrize("file", ["../../etc/passwd", "/etc/passwd", "none.png", "words"])
def test_a_mark_is_a_file_inside_the_folder(file: str, folder: Path) -> None:
    """A path out of the folder, a missing file and a folder are refused as the mark."""
    change(folder / "itu/pack.yaml", "file: mark.png", f"file: {file}")

    (problem,) = problems(folder)

    assert problem.message == f"there is no file '{file}' in this folder"


def test_a_link_out_of_the_folder_is_not_a_file_of_the_pack(folder: Path) -> None:
    """A symbolic link must not bring a secret into a letter."""
    (folder / "secret").write_text("secret")
    (folder / "itu/inside").symlink_to(folder / "secret")

    with pytest.raises(PackError, match="there is no file 'inside'"):
        read_inside(folder / "itu", "inside")


def test_a_mark_that_is_not_a_picture_is_reported(folder: Path) -> None:
    """The problem's place is the mark's file, not the letter."""
    (folder / "itu/mark.png").write_text("<svg/>")

    (problem,) = problems(folder)

    assert problem.where.file == str(folder / "itu/mark.png")
    assert problem.message == "this is not a PNG or JPEG picture that can be read"


def test_a_pack_needs_no_mark(folder: Path) -> None:
    """Without a mark the letterhead has words only."""
    text = (folder / "itu/pack.yaml").read_text()
    (folder / "itu/pack.yaml").write_text("".join(line for line in text.splitlines(True) if line[:5] != "mark:"))

    assert load_pack("itu", (folder,)).mark is None


def test_a_pack_without_a_window_has_that_of_the_shipped_one(folder: Path) -> None:
    """Packs made before ``window:`` existed work as before."""
    change(folder / "itu/pack.yaml", "window: ", "# ")
    file = folder / "itu/pack.yaml"
    file.write_text(re.sub(r"^# .*\n(  .*\n)+", "", file.read_text("utf-8"), flags=re.MULTILINE), "utf-8")

    assert "window" not in file.read_text("utf-8").replace("addressee-block: left        # where the window", "")
    assert load_pack("itu", (folder,)).window == load_pack("itu").window


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("addressee-block: left ", "addressee-block: right ", "missing-window"),
        ("  left: {from: 25, to: 100}", "  left: {from: 100, to: 25}", "wrong-window"),
        ("  below: 92 ", "  below: 70 ", "wrong-window"),
        ("  line: 12.2 ", "  line: 12,2 ", "not-a-number"),
        ("  lines: 8\n", "", "missing-field"),
    ],
)
def test_an_impossible_window_is_reported(folder: Path, old: str, new: str, code: str) -> None:
    """The ends may be swapped, the lines may have no room, or the side of the window may have no measures."""
    change(folder / "itu/pack.yaml", "  right: {from: 118, to: 190}\n", "")
    change(folder / "itu/pack.yaml", old, new)

    assert [problem.code for problem in problems(folder)] == [code]


def test_a_relative_folder_is_looked_up_where_the_program_is(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that changes its current folder gets the pack that is there."""
    shutil.copytree(folder / "itu", tmp_path / "elsewhere" / "itu")
    change(tmp_path / "elsewhere" / "itu" / "pack.yaml", "window:", "# Another pack.\nwindow:")

    monkeypatch.chdir(folder)
    here = load_pack("itu", (Path(),))
    monkeypatch.chdir(tmp_path / "elsewhere")
    there = load_pack("itu", (Path(),))

    assert here.fingerprint != there.fingerprint


_TWICE = """
import sys
from pathlib import Path
from circulars.pack import forget_packs, load_pack
from work import lines_run
folders = (Path(sys.argv[1]),)
first = lines_run(lambda: load_pack("itu", folders))
forget_packs()
print(first, lines_run(lambda: load_pack("itu", folders)))
"""


def test_files_of_a_pack_that_did_not_change_are_read_quickly_again(folder: Path) -> None:
    """What watches a folder forgets all packs at each change, and most of their files are the same.

    A process of its own reads them, for this one may have read files like them before.
    """
    command = [sys.executable, "-c", _TWICE, str(folder)]
    printed = subprocess.run(command, cwd=ROOT / "tests", capture_output=True, text=True, check=True).stdout
    first, again = map(int, printed.split())

    assert again * 5 < first
