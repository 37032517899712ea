"""Whatever a letter or a pack asks for, a command ends: with its files, or with a problem that names the part."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from circulars.processes.limits import SECONDS
from commands import Done, run_here
from conftest import ROOT

HEAD = "kind: br-circular-letter\nnumber: CR/1\ndate: 2025-01-15\nlanguages: [en]\nsubject: Subject\nbody:\n"
LENGTH = 18_000
WORDS = (
    "אa", "x", "co\u00adn", "a\u0301\u0302", "a\u200d", "مرحبا", "क्षि", "สหภาพ", "我高兴地", "a\u00a0", "א1a2-",
    "a\u200b", " b", "a/",
)  # fmt: skip
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9">{}</svg>'
MASKS = "".join(
    f'<mask id="m{n}">' + f'<rect width="9" height="9" mask="url(#m{n + 1})"/>' * 2 + "</mask>" for n in range(30)
)
BOMBS = {
    "masks of masks": f'{MASKS}<rect width="9" height="9" mask="url(#m0)"/>',
    "shapes": '<rect width="1" height="1"/>' * 150_000,
}
WITH_BOMBS = {2: "masks of masks", 4: "shapes"}
"""The letters with drawings that take for ever."""
FAULTS = (
    "body { display: grid; grid-template-columns: repeat(100, 1fr) } p { display: grid }",
    "* { position: absolute }",
    "* { display: table-cell }",
    "* { display: inline-block }",
    "p { position: running(x) } @page { @top-left { content: element(x) } }",
)


def office(folder: Path, text: str, style: str = "") -> Path:
    """A folder to work in, with a letter of one paragraph, and the pack with a style."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "letters").mkdir()
    (folder / "letters" / "letter.yaml").write_text(f"{HEAD}- en: {json.dumps(text)}\n", "utf-8")
    with (folder / "templates/itu/letter.css").open("a") as css:
        css.write(style)
    return folder


def built(folder: Path) -> Done:
    """The result of building the PDF of the letter."""
    return run_here(folder, "build", "letter", "--formats", "pdf", "--no-cache")


@pytest.mark.parametrize("word", WORDS, ids=ascii)
@pytest.mark.parametrize("style", ["", "html { hyphens: auto }"], ids=["", "hyphenated"])
def test_long_paragraphs_are_laid_out(tmp_path: Path, word: str, style: str) -> None:
    """Words in alternating directions, one enormous word, and invisible characters need no more than the time."""
    done = built(office(tmp_path, (word * LENGTH)[:LENGTH], style))

    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A folder with six letters, two of them with drawings that take for ever, and the result of building them all."""
    folder = office(tmp_path_factory.mktemp("mixed"), "Hello")
    (folder / "letters" / "letter.yaml").unlink()
    for number in range(6):
        named = f"pack: pack-{number}\n" if number in WITH_BOMBS else ""
        letter = f"{named}{HEAD}- en: Hello\n".replace("CR/1", f"CR/{number + 10}")
        (folder / "letters" / f"letter-{number}.yaml").write_text(letter)
    for number, name in WITH_BOMBS.items():
        pack = folder / "templates" / f"pack-{number}"
        shutil.copytree(folder / "templates" / "itu", pack)
        facts = (pack / "pack.yaml").read_text("utf-8")
        (pack / "pack.yaml").write_text(facts.replace("name: itu", f"name: pack-{number}"), "utf-8")
        (pack / "drawing.svg").write_text(SVG.format(BOMBS[name]))
        with (pack / "letter.css").open("a") as css:
            css.write("body { background-image: url(drawing.svg) }")
    return folder, run_here(folder, "build", "--formats", "pdf", "--no-cache", "--jobs", "2")


@pytest.mark.xdist_group("drawings")
@pytest.mark.parametrize("number", WITH_BOMBS, ids=WITH_BOMBS.values())
def test_a_drawing_that_takes_for_ever_is_named(mixed: tuple[Path, Done], number: int) -> None:
    """The problem names the drawing, the letter, the language and the format."""
    _, done = mixed

    fact = f"a drawing (SVG) for the letter 'letter-{number}' in 'en' as pdf takes more than {SECONDS} s of computing"
    assert done.returncode == 1
    assert f"too-much-work  {fact} time" in done.stderr


@pytest.mark.parametrize("style", FAULTS)
def test_a_style_that_cannot_be_laid_out_is_a_problem(tmp_path: Path, style: str) -> None:
    """It is not a bug of circulars."""
    done = built(office(tmp_path, "Hello **world**", style))

    assert done.returncode == 1
    assert "template-error  the page cannot be laid out" in done.stderr


@pytest.mark.xdist_group("drawings")
def test_other_letters_are_built(mixed: tuple[Path, Done]) -> None:
    """A letter that takes for ever is not built; those before and after it are."""
    folder, done = mixed

    assert done.stderr.count("too-much-work") == len(WITH_BOMBS)
    names = {path.name for path in (folder / "output").iterdir()}
    assert names == {f"letter-{number}.en.pdf" for number in range(6) if number not in WITH_BOMBS}


def test_a_long_cell_of_mixed_directions_is_laid_out(tmp_path: Path) -> None:
    """The copies of all addressees are made."""
    folder = office(tmp_path, "Hello {{ name }}")
    (folder / "letters" / "letter.yaml").write_text(f"{HEAD}- en: Hello\n", "utf-8")
    cell = "אa" * 450
    (folder / "list.csv").write_text(
        f"id,language,title,given-name,surname,address\na,en,Ms,Ana,Ejemplo,Example Street 1\nb,en,Ms,Ana,{cell},x\n",
        "utf-8",
    )
    done = run_here(folder, "merge", "letter", "list.csv", "--formats", "pdf", "--no-cache")

    assert (done.returncode, "too-much-work" in done.stderr) == (0, False), done.stderr
