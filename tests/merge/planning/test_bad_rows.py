"""All problems of a list are reported together: missing columns, faulty rows, and characters that no font has."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pypdfium2
import pytest

from merge.mailroom import LETTER, ROOT, MailRoom, people, table

NO_FONT = "\U00031349"  # of the unified ideographs, extension G: no usual font has them


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A letter that needs an organization and a surname, and goes to members of some categories."""
    made = MailRoom(tmp_path)
    made.write([])
    return made


def told(room: MailRoom, text: str, *options: str) -> list[str]:
    """The places and codes of a list's problems."""
    (room.folder / "list.csv").write_text(text, encoding="utf-8")
    done = room.merge(*options)
    assert done.returncode == 1, done.stderr
    return re.findall(r"list\.csv:(\d+:\d+  [\w-]+)", done.stderr)


def test_faulty_rows_are_reported_beside_a_missing_column(room: MailRoom) -> None:
    """Otherwise they would be found only after the head row is corrected; --skip-bad is not suggested."""
    text = "id,language,organization,country\na,en,Org,XX\nb,xx,Org,CH\nb,en,Org,CH\n"

    assert told(room, text) == [
        "1:1  missing-column", "1:1  missing-column", "2:4  unknown-country", "3:2  unknown-language", "4:1  id-twice",
    ]  # fmt: skip
    assert "--skip-bad" not in room.merge().stderr


def test_faulty_rows_are_reported_beside_a_missing_language_or_id(room: MailRoom) -> None:
    """Without a column that each row needs, other problems of the rows are still found; nothing is written."""
    rows = "organization,surname,category,country\nOrg,Ejemplo,academia,ZZ\nOrg,Ejemplo,academia,CH\n"

    assert told(room, rows) == ["1:1  missing-column", "1:1  missing-column", "2:4  unknown-country"]
    assert not room.made.exists()


def test_empty_cells_are_reported_beside_faulty_ones(room: MailRoom) -> None:
    """A row with an unknown country and no surname has two problems; a cell has one."""
    rows = people(3)
    rows[0] |= {"surname": "", "country": "ZZ"}
    rows[1] |= {"surname": "", "language": ""}
    rows[2] |= {"organization": "Org\tOrg", "email": "x"}

    assert told(room, table(rows)) == [
        "2:5  missing-cell", "2:8  unknown-country", "3:2  missing-language", "3:5  missing-cell",
        "4:6  control-character", "4:9  wrong-email",
    ]  # fmt: skip


@pytest.mark.parametrize(("typed", "code"), [("UK", "GB"), ("uk", "GB"), ("EL", "GR"), ("CHE", "CH"), ("756", "CH")])
def test_another_code_of_a_country_is_known(room: MailRoom, typed: str, code: str) -> None:
    """People write other codes that they know: the letter is that of the country's own code."""
    room.write([people(1)[0] | {"country": code}])
    room.merge("--formats", "txt")
    expected = room.contents()
    room.write([people(1)[0] | {"country": typed}])

    assert room.merge("--formats", "txt", "--again").stderr == ""
    assert room.contents() == expected


def test_a_misspelt_column_is_named(room: MailRoom) -> None:
    """The letter does not need a name, so there is no problem; but "nmae" is likely to be one, and "seat" is not."""
    text = table(people(2)).replace("title,name,", "title,nmae,", 1).replace("country", "contry", 1)
    (room.folder / "list.csv").write_text(text.replace("email", "seat", 1), encoding="utf-8")

    for options in ([], ["--dry-run", "--again"], ["--preview", "--again"]):
        done = room.merge("--formats", "docx", *options)
        assert done.returncode == 0, done.stderr
        assert re.findall(r"unused-column .* '(\w+)', and there is no column '(\w+)'", done.stdout) == [
            ("nmae", "name"), ("contry", "country"),
        ]  # fmt: skip


def test_a_list_whose_names_are_not_understood_is_refused(room: MailRoom) -> None:
    """Its heads resemble known ones: as warnings alone, letters would go out without a name."""
    head = "id;idioma;título;nome;sobrenome;organização;endereço;código postal;cidade;país;e-mail"
    row = "a;en;Mr;Zé;Silva;Org;Rua 1;1000-001;Lisboa;PT;a@example.org"
    start, _, end = LETTER.partition("  - en: We write")
    room.write([], f"{start}  - {{en: Open., es: Abierto.}}\n{end[end.index('signatory:') :]}")
    (room.folder / "list.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")

    done = room.merge("--formats", "txt")
    assert done.returncode == 1
    assert "missing-column  the list has no column for the name or the organization" in done.stderr
    assert "--columns name=nome" in done.stderr
    assert room.merge("--formats", "txt", "--columns", "name=nome").returncode == 0


def test_unknown_titles_are_named(room: MailRoom) -> None:
    """With their counts: the address shows them as typed, and the letter opens with the general salutation."""
    rows = people(6)
    for place, title in enumerate(["Mrr", "Mrr", "Hon.", "Excelencia", "Sra. Dra.", ""]):
        rows[place]["title"] = title
    room.write(rows)

    out = room.merge("--formats", "docx").stdout
    assert "title: 'Mrr' (2) not known: these letters open with the general salutation" in out
    assert "title: 'Hon.' (1) without a salutation of its own: these letters open with the general salutation" in out
    assert "unknown-title" not in room.merge("--as", "labels").stdout


def test_columns_that_are_used_are_not_misspelt(room: MailRoom) -> None:
    """A letter may use a column with a name similar to another, and a list may have both."""
    room.write([], LETTER.replace("addressee.surname", "addressee.county"))
    (room.folder / "list.csv").write_text(
        "id,language,organization,county,category,name,nome\na,en,Org,Kent,academia,Ana,Ana\n", encoding="utf-8"
    )

    assert "unused-column" not in room.merge("--formats", "docx").stdout


def test_a_character_that_no_font_shows_is_reported_each_time(room: MailRoom) -> None:
    """Also after similar rows that can be printed, and where the same character was reported before."""
    rows = [row | {"name": "محمد", "title": "Mr", "country": "EG"} for row in people(8)]
    rows[3]["surname"] = rows[6]["surname"] = f"{NO_FONT}ana"

    assert told(room, table(rows), "--as", "zip") == ["5:5  missing-glyph", "8:5  missing-glyph"]


@pytest.mark.parametrize("kind", ["zip", "print", "labels", "envelopes"])
def test_a_character_that_no_font_shows_is_reported_with_its_cell(room: MailRoom, kind: str) -> None:
    """It is reported before anything is made, like any other problem of a row."""
    rows = people(8)
    rows[2]["surname"], rows[5]["organization"] = f"{NO_FONT}ana", f"Org {NO_FONT}"

    assert told(room, table(rows), "--as", kind) == ["4:5  missing-glyph", "7:6  missing-glyph"]
    done = room.merge("--as", kind, "--skip-bad")
    assert done.returncode == 0, done.stderr
    left_out = csv.DictReader((room.made / f"merge-{kind}.rejected.csv").read_text(encoding="utf-8-sig").splitlines())
    assert [row["id"] for row in left_out] == ["x-0002", "x-0005"]


def test_a_character_that_is_not_printed_needs_no_font(room: MailRoom) -> None:
    """Word has fonts of its own; and a cell that no letter shows may have any characters."""
    rows = people(2)
    rows[0]["category"] = NO_FONT
    room.write(rows)
    assert room.merge("--formats", "pdf").returncode == 0

    rows[1]["surname"] = NO_FONT
    room.write(rows)
    assert room.merge("--formats", "docx", "--again").returncode == 0
    assert room.merge("--formats", "docx,pdf", "--again").returncode == 1


def test_characters_of_other_scripts_are_shown(room: MailRoom) -> None:
    """A character that an installed font has goes into the copies, whatever its script."""
    rows = people(1)
    rows[0] |= {"surname": "Ελληνικά", "organization": "Ижица – ĐỨC"}
    room.write(rows)

    assert room.merge("--formats", "pdf").returncode == 0
    [path] = room.made.glob("*.pdf")
    text = pypdfium2.PdfDocument(path)[0].get_textpage().get_text_bounded()
    assert "Ελληνικά" in text and "Ижица – ĐỨC" in text


def test_a_cell_does_not_make_a_link_mislead(room: MailRoom) -> None:
    """A value in the words of a link, or next to it, must not be another address than the link's."""
    rows = people(6)
    rows[1]["surname"] = "https://good.example/"
    rows[2]["surname"] = "GOOD.example"
    rows[3]["surname"] = "a@good.example"
    rows[4]["organization"] = "www.good"
    rows[5] |= {"surname": "evil.example", "organization": "Example Union"}
    text = (
        "See [{{ addressee.surname }}](https://evil.example/), {{ addressee.organization }}[/x](https://evil.example/)."
    )
    first = f'body:\n  - {{en: "{text}", es: "{text}"}}\n'
    room.write(rows, LETTER.replace("body:\n", first))

    done = room.merge("--formats", "txt")
    assert re.findall(r"list\.csv:(\d+:\d+  [\w-]+)  (\w+:)", done.stderr) == [
        ("3:5  deceptive-link", "surname:"),
        ("4:5  deceptive-link", "surname:"),
        ("5:5  deceptive-link", "surname:"),
        ("6:5  deceptive-link", "surname:"),
    ]
    assert room.merge("--formats", "txt", "--skip-bad").returncode == 0
    assert len(room.files()) == 2


def test_fonts_that_are_not_installed_are_no_fault_of_the_rows(room: MailRoom) -> None:
    """The command ends with 3, names each font, and their package once; --skip-bad leaves no addressee out."""
    pack = room.folder / "templates" / "itu"
    shutil.copytree(ROOT / "templates" / "itu", pack)
    facts = (pack / "pack.yaml").read_text("utf-8")
    fonts = "".join(
        f"  {code}: {{families: [Noto Sans {name} XX], word: Arial}}\n"
        for code, name in (("chr", "Cherokee"), ("non", "Runic"))
    )
    (pack / "pack.yaml").write_text(facts.replace("type: {size", f"{fonts}type: {{size", 1), "utf-8")
    rows = people(6)
    rows[1]["surname"], rows[2]["surname"], rows[4]["surname"] = "Ꭰ", "Ꭱ", "ᚠ"
    (room.folder / "list.csv").write_text(table(rows), "utf-8")
    for options in ((), ("--skip-bad",)):
        done = room.merge("--as", "zip", *options)

        assert done.returncode == 3, done.stderr
        assert re.findall("the font '([^']+)' is not installed", done.stderr) == [
            "Noto Sans Cherokee XX", "Noto Sans Runic XX",
        ]  # fmt: skip
        assert done.stderr.count("fonts-noto-core") == 1
        assert "list.csv" not in done.stderr
    rows[5]["country"] = "ZZ"

    assert "8  unknown-country" in told(room, table(rows), "--as", "zip")[0]
