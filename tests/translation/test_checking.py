"""What a language lacks is found in its file, in the words of packs, and in fonts."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from circulars.errors import PackError, UsageError
from circulars.language import SHIPPED, forget_languages
from circulars.pack import forget_packs
from circulars.start import make_letter
from circulars.translation import check_language, languages_of, new_language
from circulars.workspace import Workspace
from conftest import ROOT
from test_start import TODAY


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    """A workspace with a copy of the usual pack in English and Spanish, and with Portuguese begun."""
    shutil.copytree(ROOT / "templates/itu", tmp_path / "templates/itu")
    workspace = Workspace(tmp_path)
    new_language("pt", workspace)
    return workspace


def _translate(workspace: Workspace) -> None:
    """Changes all marks, as if the words of each line were the same in both languages."""
    for file in (workspace.folder / "languages/pt.yaml", workspace.folder / "templates/itu/words/pt.yaml"):
        file.write_text(file.read_text("utf-8").replace("  # TODO", "  # same"), "utf-8")
    _forget()


def _forget() -> None:
    forget_languages()
    forget_packs()


def test_what_is_begun_is_to_be_translated(office: Workspace) -> None:
    """Each marked line is a problem, with its place and its words."""
    problems = check_language("pt", office)

    assert {problem.code for problem in problems} == {"untranslated"}
    assert {Path(problem.where.file).name for problem in problems} == {"pt.yaml"}
    assert len({problem.where.file for problem in problems}) == 2
    (reference,) = (problem for problem in problems if "'labels.reference'" in problem.message)
    line = Path(reference.where.file).read_text("utf-8").splitlines()[reference.where.line - 1]
    assert line[reference.where.column - 1 :] == '"Ref.:"  # TODO'


def test_a_line_whose_mark_was_deleted_is_compared_with_other_languages(office: Workspace) -> None:
    """Words as in another language are a problem, unless the line has the mark "# same"."""
    _translate(office)
    file = office.folder / "languages/pt.yaml"
    text = file.read_text("utf-8").replace('subject: "Asunto:"  # same', 'subject: "Asunto:"')
    file.write_text(text.replace('web: "Web:"  # same', 'web: "Web:"'), "utf-8")
    words = office.folder / "templates/itu/words/pt.yaml"
    words.write_text(words.read_text("utf-8").replace("Atentamente,  # same", "Atentamente,", 1), "utf-8")
    _forget()

    assert [(one.code, one.message) for one in check_language("pt", office)] == [
        ("untranslated", "'labels.subject' is as in Spanish (es): 'Asunto:'"),
        ("untranslated", "'kinds.tsb-circular.closing' is as in Spanish (es): 'Atentamente,'"),
    ]


def test_the_comments_of_a_begun_language_are_those_of_the_messages(office: Workspace) -> None:
    """A translator need not know Spanish to read why a line is there."""
    text = (office.folder / "languages/pt.yaml").read_text("utf-8")
    words = (office.folder / "templates/itu/words/pt.yaml").read_text("utf-8")

    assert "# What is due on a day, and its time.\ndeadline:" in text
    assert (
        "# A list with a name of its own where no label says to whom the letter goes has it as `to`.\nlists:" in words
    )
    assert "# How texts are written: the checks of what letters say warn of anything else.\nwriting:" in text
    assert not re.search("#.*(?:[áéíóúñ]|unseen)", text + words)


def test_comments_about_english_are_not_those_of_a_begun_language(office: Workspace) -> None:
    """The English file says which spelling the ITU follows; a Portuguese one has no such rule."""
    comments = [
        line
        for file in ("languages/pt.yaml", "templates/itu/words/pt.yaml")
        for line in (office.folder / file).read_text("utf-8").splitlines()
        if line.strip().startswith("#")
    ]

    assert [line for line in comments if re.search("English|Oxford|Correspondence Manual", line)] == []


def test_a_translated_language_lacks_nothing(office: Workspace) -> None:
    """Letters can be begun in it, and the list of languages says where it is."""
    _translate(office)

    assert check_language("pt", office) == ()
    assert make_letter("one", "tsb-circular", office, "itu", TODAY, ("pt",)).is_file()
    (state,) = (state for state in languages_of(office) if state.code == "pt")
    assert (state.name, state.direction, state.is_own, state.untranslated) == ("português", "ltr", True, 0)
    assert state.packs == (("itu", 0),)


@pytest.mark.parametrize(
    ("file", "line", "code", "fact"),
    [
        ("languages/pt.yaml", "  postscript:", "missing-words", "the file has no 'labels.postscript', which is"),
        (
            "languages/pt.yaml",
            "    miss:",
            "missing-words",
            "has no 'addressees.titles.miss', which is 'Miss'",
        ),
        ("languages/pt.yaml", "page:", "missing-field", "a language file has no 'page'"),
        ("templates/itu/words/pt.yaml", "  academia:", "missing-words", "the list 'academia' has no words"),
        ("templates/itu/words/pt.yaml", "  associates:", "missing-words", "the list 'associates' has no words"),
        (
            "templates/itu/words/pt.yaml",
            "  regional-offices:",
            "missing-words",
            "no 'lists.regional-offices', which",
        ),
        ("templates/itu/pack.yaml", "languages:", "missing-words", "'languages' leaves out Portuguese (pt)"),
    ],
)
def test_what_is_missing_is_reported(file: str, line: str, code: str, fact: str, office: Workspace) -> None:
    """A word that the program, or the pack in another language, has is missed."""
    _translate(office)
    path = office.folder / file
    lines = path.read_text("utf-8").splitlines(keepends=True)
    (at,) = (at for at, typed in enumerate(lines) if typed.startswith(line))
    lines[at] = lines[at].replace(", pt]", "]") if file.endswith("pack.yaml") else ""
    path.write_text("".join(lines), "utf-8")
    _forget()

    found = [problem for problem in check_language("pt", office) if fact in problem.message]

    assert [problem.code for problem in found] == [code]
    assert found[0].where.file == str(path)
    assert found[0].hint


def test_a_font_of_the_language_that_is_not_installed_is_reported(office: Workspace) -> None:
    """The fonts are those that the pack has for the language."""
    _translate(office)
    path = office.folder / "templates/itu/pack.yaml"
    facts = path.read_text("utf-8").partition("\ntype:")
    head = facts[0].partition("\nfonts:")[0]
    path.write_text(f"{head}\nfonts: {{all: [Carlito], pt: [No Such Font]}}\ntype:{facts[2]}", "utf-8")
    _forget()

    (problem,) = check_language("pt", office)

    assert (problem.code, problem.where.file) == ("missing-font", str(path))
    assert "'No Such Font' is not installed" in problem.message
    assert not [one for one in check_language("en", office) if one.code == "missing-font"]


def test_letters_that_the_fonts_of_the_pack_lack_are_reported(tmp_path: Path) -> None:
    """The hint names a font that the pack has for a language in the same script, never the one that would stand in."""
    shutil.copytree(ROOT / "templates/itu", tmp_path / "templates/itu")
    workspace = Workspace(tmp_path)
    new_language("ka", workspace)
    new_language("fa", workspace)
    path = tmp_path / "templates/itu/pack.yaml"

    georgian, persian = (
        next(problem for problem in check_language(code, workspace) if problem.code == "missing-font")
        for code in ("ka", "fa")
    )
    assert georgian.message.startswith("the pack's fonts lack letters of Georgian (ka); '")
    assert georgian.hint.startswith(
        "add 'ka: {families: [Noto Sans Georgian]}' under 'fonts:', or another font that has them, such as '"
    )
    assert persian.hint == "add 'fa: {families: [Noto Sans Arabic]}' under 'fonts:'"
    line = persian.hint.removeprefix("add '").partition("'")[0]
    path.write_text(path.read_text("utf-8").replace("\ntype:", f"\n  {line}\ntype:", 1), "utf-8")
    _forget()
    assert {problem.code for problem in check_language("fa", workspace)} == {"untranslated"}


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_shipped_language_has_all_words(file: Path) -> None:
    """What one of the program's languages has, all have; and the shipped pack has words in all of them."""
    problems = check_language(file.stem, Workspace(ROOT / "tests/translation"))

    words = [problem for problem in problems if problem.code != "missing-font" and "leaves out" not in problem.message]
    assert words == []


@pytest.mark.parametrize(("code", "lacks"), [("sr", True), ("he", False), ("ja", False), ("de", False)])
def test_a_language_in_another_alphabet_lacks_its_letters(code: str, lacks: bool, tmp_path: Path) -> None:
    """Lists would have Latin ones; some alphabets are known, and Chinese characters are none."""
    shutil.copytree(ROOT / "templates/itu", tmp_path / "templates/itu")
    new_language(code, Workspace(tmp_path))
    file = tmp_path / f"languages/{code}.yaml"

    found = [one for one in check_language(code, Workspace(tmp_path)) if "no 'letters'" in one.message]
    file.write_text(f"letters: abcdefghijklmnopqrstuvwxyz\n{file.read_text('utf-8')}", "utf-8")
    _forget()
    then = [one for one in check_language(code, Workspace(tmp_path)) if "no 'letters'" in one.message]

    assert [(one.code, one.where.line) for one in found] == [("missing-words", 3)] * lacks
    assert then == []


def test_a_language_is_begun_once(office: Workspace) -> None:
    """What is there is kept; a pack that is new to the workspace gets the words that it lacks."""
    own = (office.folder / "languages/pt.yaml").read_bytes()
    with pytest.raises(UsageError, match="language-exists  there is nothing to make"):
        new_language("pt", office)
    shutil.copytree(ROOT / "templates/emwo", office.folder / "templates/emwo")

    made = new_language("pt", office, "en")

    assert [str(path.relative_to(office.folder)) for path in made.files] == [
        "templates/emwo/words/pt.yaml", "templates/emwo/pack.yaml",
    ]  # fmt: skip
    assert made.bases == ("en",)
    assert (office.folder / "languages/pt.yaml").read_bytes() == own
    assert "languages: [en, es, fr, ru, ar, zh, pt]" in made.files[1].read_text("utf-8")


def test_an_older_copy_of_a_pack_gets_the_shipped_words(tmp_path: Path) -> None:
    """A pack that ships with words in a language needs no translation."""
    shutil.copytree(ROOT / "templates/itu", tmp_path / "templates/itu")
    words = tmp_path / "templates/itu/words/es.yaml"
    shipped = words.read_bytes()
    words.unlink()
    facts = tmp_path / "templates/itu/pack.yaml"
    facts.write_text(facts.read_text("utf-8").replace(", es", ""), "utf-8")

    made = new_language("es", Workspace(tmp_path))

    assert made.bases == ()
    assert words.read_bytes() == shipped
    assert [path.name for path in made.files] == ["es.yaml", "pack.yaml"]


@pytest.mark.parametrize(
    ("code", "base", "fact"),
    [
        ("por", "", "'por' is not a language code"),
        ("pt_BR", "", "'pt_BR' is not a language code"),
        ("../pt", "", "'../pt' is not a language code"),
        ("id", "", "'id' is the key for the name of a part of a letter, and cannot be that of a language"),
        ("sw", "esp", "there is no language 'esp' to begin with"),
    ],
)
def test_a_language_that_cannot_be_begun_is_refused(code: str, base: str, fact: str, office: Workspace) -> None:
    """Nothing is written."""
    before = sorted(office.folder.rglob("*"))
    with pytest.raises(UsageError) as caught:
        new_language(code, office, base)

    assert caught.value.problems[0].message == fact
    assert sorted(office.folder.rglob("*")) == before


def test_a_folder_without_a_pack_of_its_own_is_refused(tmp_path: Path) -> None:
    """The packs of the program are not changed."""
    with pytest.raises(UsageError, match="no-pack  this folder has no template pack of its own"):
        new_language("pt", Workspace(tmp_path))


@pytest.mark.parametrize(("code", "hint"), [("sw", "; 'circulars language new sw' begins another one"), ("xx", ", zh")])
def test_a_language_without_a_file_cannot_be_checked(code: str, hint: str, tmp_path: Path) -> None:
    """The hint says how to begin it, if it is a language."""
    with pytest.raises(PackError) as caught:
        check_language(code, Workspace(tmp_path))

    assert caught.value.problems[0].hint.endswith(hint)


def test_a_reference_without_a_form_in_which_it_is_cited_is_reported(office: Workspace) -> None:
    """Once, as a form with a wrong name. A letter would be warned of it as well."""
    _translate(office)
    file = office.folder / "templates/itu/words/pt.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace(', to: "a la Circular TSB {number}"', ', ot: "a la Circular TSB {number}"'), "utf-8")
    _forget()

    assert [problem.code for problem in check_language("pt", office)] == ["unknown-form"]


def test_a_pack_without_any_words_is_refused(tmp_path: Path) -> None:
    """There is nothing to begin its words with."""
    shutil.copytree(ROOT / "templates/emwo", tmp_path / "templates/emwo")
    shutil.rmtree(tmp_path / "templates/emwo/words")

    with pytest.raises(PackError, match="missing-words  the pack 'emwo' has no words in any language"):
        new_language("pt", Workspace(tmp_path))


def test_words_that_are_a_link_to_another_folder_are_not_read(tmp_path: Path) -> None:
    """No link leads out of a pack's folder."""
    words = tmp_path / "templates/emwo/words"
    shutil.copytree(ROOT / "templates/emwo", words.parent)
    (words / "es.yaml").rename(tmp_path / "es.yaml")
    (words / "es.yaml").symlink_to(tmp_path / "es.yaml")

    with pytest.raises(PackError, match=r"there is no file 'es\.yaml' in this folder"):
        new_language("pt", Workspace(tmp_path))


def test_languages_of_a_pack_that_are_no_list_are_kept(tmp_path: Path) -> None:
    """The pack's check reports them; no language in them is lost."""
    facts = tmp_path / "templates/emwo/pack.yaml"
    shutil.copytree(ROOT / "templates/emwo", facts.parent)
    facts.write_text(facts.read_text("utf-8").replace("[en, es, fr, ru, ar, zh]", "en"), "utf-8")

    new_language("pt", Workspace(tmp_path))

    assert "\nlanguages: en\n" in facts.read_text("utf-8")
