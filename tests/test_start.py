"""The first files of a workspace, and new letters."""

from __future__ import annotations

import datetime
import json
import re
import shutil
from pathlib import Path

import pytest

from circulars.build import Order, check_files, documents
from circulars.errors import CircularsError, UsageError
from circulars.language import known_languages
from circulars.model.letter import DateRange
from circulars.pack import load_pack
from circulars.source.letters import read_letter
from circulars.start import make_letter, make_workspace
from circulars.workspace import Workspace
from conftest import ROOT

TODAY = datetime.date(2025, 3, 14)


KINDS = [(pack, kind) for pack in ("itu", "emwo") for kind in load_pack(pack).kinds]


def test_a_new_folder_has_a_letter_a_pack_and_a_schema(tmp_path: Path) -> None:
    """It has what a letter writer needs, and no programs that only makers of packs need."""
    made = make_workspace(tmp_path / "office")

    inside = {str(path.relative_to(tmp_path / "office")) for path in made}
    assert {
        "letters/tsb-circular-213.yaml",
        "templates/itu/pack.yaml",
        "templates/itu/letter.docx",
        "templates/itu/letter.html.j2",
        "templates/itu/letter.css",
        "templates/itu/words/es.yaml",
        "templates/itu/skeletons/sg-letter.yaml",
        "letter.schema.json",
        "output/.gitkeep",
        ".vscode/settings.json",
    } <= inside
    assert not [name for name in inside if name.endswith(".py")]
    assert all(path.is_file() for path in made)
    assert json.loads((tmp_path / "office/letter.schema.json").read_text())["definitions"]


@pytest.mark.parametrize("name", ["letters", "templates"])
def test_a_folder_in_use_is_left_alone(name: str, tmp_path: Path) -> None:
    """No file is made in a folder that has letters or templates already."""
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine.yaml").write_text("mine")

    with pytest.raises(UsageError, match="this folder is there already"):
        make_workspace(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_interrupted_init_is_completed(tmp_path: Path) -> None:
    """After kill -9 a second ``init`` makes the missing files; a third one is refused."""
    made = make_workspace(tmp_path / "whole")
    template = tmp_path / "begun/templates/itu"
    template.mkdir(parents=True)
    (template / "letter.css").write_bytes((tmp_path / "whole/templates/itu/letter.css").read_bytes())
    (template / ".circulars.0123456789abcdef.part").write_bytes(b"half")

    completed = make_workspace(tmp_path / "begun")

    assert len(completed) == len(made) - 1
    assert template / "letter.css" not in completed
    whole, begun = (_contents(tmp_path / name) for name in ("whole", "begun"))
    assert whole == begun
    with pytest.raises(UsageError, match="this folder is there already"):
        make_workspace(tmp_path / "begun")


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_editor_s_settings_are_never_overwritten(tmp_path: Path) -> None:
    """Existing settings are kept, and are not among the files made."""
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".vscode/settings.json").write_text('{"my": 1}')

    made = make_workspace(tmp_path)

    assert (tmp_path / ".vscode/settings.json").read_text() == '{"my": 1}'
    assert tmp_path / ".vscode/settings.json" not in made


def test_a_new_letter_is_the_skeleton_of_its_kind_with_today_s_date(tmp_path: Path) -> None:
    """Only the dates differ from the skeleton, of which the letter has its listed languages; comments are kept."""
    path = make_letter("bulletin-1", "bulletin", Workspace(tmp_path), "emwo", TODAY)

    skeleton = (ROOT / "templates/emwo/skeletons/bulletin.yaml").read_text()
    skeleton = re.sub(r"^ *(?:#[a-z]{2} |(?:fr|ru|ar|zh): ).*\n", "", skeleton, flags=re.MULTILINE)
    assert path == tmp_path / "letters/bulletin-1.yaml"
    assert path.read_text() == skeleton.replace("date: 2026-01-15", "date: 2025-03-14")


@pytest.mark.parametrize("kind", ["tsb-circular", "tsb-collective", "bdt-circular", "sg-letter", "br-circular-letter"])
def test_what_a_new_letter_announces_is_not_before_its_date(kind: str, tmp_path: Path) -> None:
    """A meeting or a deadline of the skeleton is as long after the date as in the skeleton."""
    letter = read_letter(make_letter("one", kind, Workspace(tmp_path), "itu", datetime.date(2031, 2, 3)))

    days = [fact.first if isinstance(fact, DateRange) else fact for fact in letter.facts.values()]
    assert days
    assert all(isinstance(day, datetime.date) and day > letter.date for day in days)


@pytest.mark.parametrize("kind", ["tsb-circular", "br-administrative"])
def test_a_new_letter_has_the_languages_asked_for_in_their_order(kind: str, tmp_path: Path) -> None:
    """It can be checked and built in them, whatever the skeleton lists."""
    letter = read_letter(make_letter("one", kind, Workspace(tmp_path), "itu", TODAY, ("es", "en")))

    assert [named.name for named in letter.languages] == ["es", "en"]
    assert [document.language for document in documents(letter, Workspace(tmp_path), Order())] == ["es", "en"]


@pytest.mark.parametrize(("pack", "kind"), KINDS)
def test_a_new_letter_has_texts_in_every_shipped_language(pack: str, kind: str, tmp_path: Path) -> None:
    """Nothing in it is still to be translated."""
    path = make_letter("first", kind, Workspace(tmp_path), pack, TODAY, known_languages())

    (checked,) = check_files([path], Workspace(tmp_path))
    assert checked.problems == ()
    assert "TODO" not in path.read_text()


@pytest.mark.parametrize(("pack", "kind"), KINDS)
def test_the_comments_of_a_new_letter_are_in_its_first_language(pack: str, kind: str, tmp_path: Path) -> None:
    """Each comment is in every shipped language; a letter has as many of them whatever it begins with."""
    comments = {
        code: re.findall(
            r"^ *# .*$",
            make_letter(f"in-{code}", kind, Workspace(tmp_path), pack, TODAY, (code, "en")).read_text(),
            re.MULTILINE,
        )
        for code in known_languages()
    }

    assert {len(found) for found in comments.values()} == {len(comments["en"])}
    assert not any({*found} & {*comments["en"]} for code, found in comments.items() if code != "en")


@pytest.mark.parametrize(("code", "hint"), [
    ("tlh", "; 'circulars language new tlh' begins another one"), ("eng", "did you mean 'en'?"), ("qqq", ", zh"),
])  # fmt: skip
def test_a_language_that_the_pack_lacks_is_refused(code: str, hint: str, tmp_path: Path) -> None:
    """The hint says which code is meant, or how to add a language that has one; nothing is written."""
    with pytest.raises(UsageError) as caught:
        make_letter("one", "tsb-circular", Workspace(tmp_path), "itu", TODAY, ("en", code))

    (problem,) = caught.value.problems
    assert problem.code == "unknown-language"
    assert problem.hint.endswith(hint)
    assert not list(tmp_path.rglob("*.yaml"))


def test_a_new_letter_of_another_pack_names_it(tmp_path: Path) -> None:
    """Without 'pack:' the letter would use the default pack."""
    shutil.copytree(ROOT / "templates/itu", tmp_path / "templates/acme")
    facts = tmp_path / "templates/acme/pack.yaml"
    facts.write_text(facts.read_text().replace("name: itu", "name: acme"))

    path = make_letter("one", "sg-letter", Workspace(tmp_path), "acme", TODAY)

    letter = read_letter(path)
    assert letter.pack is not None
    assert letter.pack.name == "acme"
    assert len(list(documents(letter, Workspace(tmp_path), Order()))) == 2


def test_a_letter_is_never_overwritten(tmp_path: Path) -> None:
    """A second letter with the same name is refused."""
    path = make_letter("one.yaml", "tsb-circular", Workspace(tmp_path), "itu", TODAY)
    path.write_text("mine")

    with pytest.raises(UsageError, match="this letter is there already"):
        make_letter("one", "tsb-circular", Workspace(tmp_path), "itu", TODAY)

    assert path.read_text() == "mine"


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a b", "con", "x" * 300, "ñ", "-x"])
def test_a_name_that_is_not_portable_is_refused(name: str, tmp_path: Path) -> None:
    """Names must not lead into another folder, and must work on every system and in every shell."""
    with pytest.raises(UsageError, match="cannot be the name"):
        make_letter(name, "tsb-circular", Workspace(tmp_path), "itu", TODAY)

    assert list(tmp_path.rglob("*.yaml")) == []


def test_an_unknown_kind_or_pack_names_the_nearest(tmp_path: Path) -> None:
    """The hint names the most similar one."""
    for kind, pack, hint in (("tsb-circ", "itu", "tsb-circular"), ("tsb-circular", "it", "itu")):
        with pytest.raises(CircularsError) as caught:
            make_letter("one", kind, Workspace(tmp_path), pack, TODAY)

        assert caught.value.problems[0].hint == f"did you mean '{hint}'?"


@pytest.mark.parametrize(
    ("name", "kind", "lines"),
    [
        ("tsb-circular-214", "tsb-circular", ["number: 214"]),
        ("tsb-collective-3-5", "tsb-collective", ["number: 3", "group: 5"]),
        ("collective-3-5", "tsb-collective", ["number: 3", "group: 5"]),
        ("circular-7", "tsb-circular", ["number: 7"]),
        ("cr-431", "br-circular-letter", ["number: CR/431"]),
        ("tsb-circular-213-corrigendum-2", "tsb-circular", ["number: 213", "amends: {kind: corrigendum, number: 2}"]),
        ("visit", "tsb-circular", ["number: 1"]),
        ("tsb-circular-214-draft", "tsb-circular", ["number: 214"]),
        ("sg-letter-dm-24-1022", "sg-letter", ["number: DM-24/1022"]),
        ("dm-24-1022", "sg-letter", ["number: DM-24/1022"]),
        ("sg-letter-CL-21-39", "sg-letter", ["number: CL-21/39"]),
        ("sg-letter-39", "sg-letter", ["number: DM-25/39"]),
        ("sg-letter-24-39", "sg-letter", ["number: DM-24/39"]),
        ("br-circular-letter-ccrr-61", "br-circular-letter", ["number: CCRR/61"]),
        ("br-circular-letter-meeting-61", "br-circular-letter", ["number: CR/61"]),
        ("bdt-circular-ip-cstg-2", "bdt-circular", ["number: BDT/IP/CSTG-2"]),
        ("bdt-circular-2", "bdt-circular", ["number: BDT/IP/CSTG-2"]),
    ],
)
def test_a_new_letter_has_the_numbers_in_its_name(name: str, kind: str, lines: list[str], tmp_path: Path) -> None:
    """Number, group and amendment are read from the name if it has them."""
    path = make_letter(name, kind, Workspace(tmp_path), "itu", TODAY)

    text = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line not in text] == []
    read_letter(path)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("tsb-collective-3-5", "tsb-collective"),
        ("tsb-circular-214", "tsb-circular"),
        ("br-administrative-cace-561", "br-administrative"),
        ("sg-letter-dm-24-1030", "sg-letter"),
        ("cr-431", "br-circular-letter"),
        ("cace-561", "br-administrative"),
        ("dm-24-1030", "sg-letter"),
        ("tsb-collected", "tsb-circular"),
        ("visit", "tsb-circular"),
    ],
)
def test_a_new_letter_has_the_kind_in_its_name(name: str, kind: str, tmp_path: Path) -> None:
    """A name begins with a kind, or as the references of one do; any other letter is a TSB circular."""
    path = make_letter(name, "", Workspace(tmp_path), "itu", TODAY)

    assert read_letter(path).kind.name == kind


@pytest.mark.parametrize(
    ("name", "pack", "kind"),
    [
        ("emwo-notice-3", "emwo", "notice"),
        ("EMWO-letter-9", "emwo", "letter"),
        ("itu-cr-431", "itu", "br-circular-letter"),
        ("tsb-circular-5", "itu", "tsb-circular"),
        ("tsb-letter-6", "tsb", "letter"),
        ("tsb-7", "tsb", "letter"),
    ],
)
def test_a_name_may_begin_with_a_pack(name: str, pack: str, kind: str, tmp_path: Path) -> None:
    """The rest of the name says the kind; kinds of the usual pack come first, and a pack's only kind needs no name."""
    skeletons = tmp_path / "templates/tsb/skeletons"
    skeletons.mkdir(parents=True)
    (tmp_path / "templates/tsb/pack.yaml").touch()
    shutil.copy(ROOT / "templates/emwo/skeletons/letter.yaml", skeletons)
    (skeletons / "letter.yaml").write_text((skeletons / "letter.yaml").read_text().replace("emwo", "tsb"))
    letter = read_letter(make_letter(name, "", Workspace(tmp_path), "itu", TODAY))

    assert (letter.pack.name if letter.pack else "itu", letter.kind.name) == (pack, kind)


@pytest.mark.parametrize("pack", ["itu", "emwo"])
def test_a_name_without_a_kind_of_its_pack_is_refused(pack: str, tmp_path: Path) -> None:
    """The hint has the kinds of the pack."""
    with pytest.raises(UsageError) as caught:
        make_letter("emwo-budget-3", "", Workspace(tmp_path), pack, TODAY)

    assert caught.value.problems[0].code == "unknown-kind"
    assert caught.value.problems[0].hint == "its kinds: bulletin, letter, notice"
