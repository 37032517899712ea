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
FAULTS = (
    "body { display: grid; grid-template-columns: repeat(100, 1fr) } p { display: grid }",
    "* { position: absolute }",
    "* { display: table-cell }",
    "* { display: inline-block }",
    "p { position: running(x) } @page { @top-left { content: element(x) } }",
)


def office(folder: Path, text: str, style: str = "", drawing: str = "") -> Path:
    """A folder to work in, with a letter of one paragraph, and the pack with a style and a drawing."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "letters").mkdir()
    (folder / "letters" / "letter.yaml").write_text(f"{HEAD}- en: {json.dumps(text)}\n", "utf-8")
    if drawing:
        (folder / "templates/itu/drawing.svg").write_text(SVG.format(drawing))
        style = "body { background-image: url(drawing.svg) }"
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


@pytest.mark.parametrize("drawing", BOMBS.values(), ids=BOMBS)
def test_a_drawing_that_takes_for_ever_is_named(tmp_path: Path, drawing: str) -> None:
    """The problem names the drawing, the letter, the language and the format."""
    done = built(office(tmp_path, "Hello", drawing=drawing))

    fact = f"a drawing (SVG) for the letter 'letter' in 'en' as pdf takes more than {SECONDS} s of computing time"
    assert done.returncode == 1
    assert f"too-much-work  {fact}" in done.stderr


@pytest.mark.parametrize("style", FAULTS)
def test_a_style_that_cannot_be_laid_out_is_a_problem(tmp_path: Path, style: str) -> None:
    """It is not a bug of circulars."""
    done = built(office(tmp_path, "Hello **world**", style))

    assert done.returncode == 1
    assert "template-error  the page cannot be laid out" in done.stderr


def test_other_letters_are_built(tmp_path: Path) -> None:
    """A letter that takes for ever is not built; those before and after it are."""
    folder = office(tmp_path, "Hello")
    pack = folder / "templates" / "other"
    shutil.copytree(folder / "templates" / "itu", pack)
    facts = (pack / "pack.yaml").read_text("utf-8")
    (pack / "pack.yaml").write_text(facts.replace("name: itu", "name: other"), "utf-8")
    (pack / "drawing.svg").write_text(SVG.format(BOMBS["masks of masks"]))
    with (pack / "letter.css").open("a") as css:
        css.write("body { background-image: url(drawing.svg) }")
    for number in range(6):
        named = "pack: other\n" if number == 2 else ""
        letter = f"{named}{HEAD}- en: Hello\n".replace("CR/1", f"CR/{number + 10}")
        (folder / "letters" / f"letter-{number}.yaml").write_text(letter)
    done = run_here(folder, "build", "--formats", "pdf", "--no-cache", "--jobs", "2")

    assert done.returncode == 1
    assert "too-much-work  a drawing (SVG) for the letter 'letter-2' in 'en' as pdf takes more than" in done.stderr
    names = {path.name for path in (folder / "output").iterdir()}
    assert names == {"letter.en.pdf", *(f"letter-{number}.en.pdf" for number in (0, 1, 3, 4, 5))}


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
