"""New letters get the next number and the date of today, without a file name from anybody."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest

from circulars.build import check_files
from circulars.source.letters import read_letter
from circulars.workspace import Workspace
from desk.desks import Answer, Reader


def made(reader: Reader, **form: str) -> Answer:
    return reader.post("/new/letter", {key.rstrip("_"): value for key, value in form.items()})


def letters(office: Path) -> set[str]:
    return {path.stem for path in (office / "letters").glob("*.yaml")}


def days() -> list[datetime.date]:
    """Today and yesterday: midnight may have passed since."""
    return [datetime.date.today() - datetime.timedelta(days=days) for days in (0, 1)]


def test_a_letter_of_a_kind_is_made_and_shown(reader: Reader, office: Path) -> None:
    """It has the number after that of the newest letter of its kind, and the page offers each kind of each pack."""
    page = reader.get("/new").text

    answer = made(reader, from_="kind", kind="itu/tsb-circular")

    assert answer.headers["location"] == "/letters/tsb-circular-214"
    assert reader.get("/letters/tsb-circular-214").status == 200
    letter = read_letter(office / "letters/tsb-circular-214.yaml")
    assert letter.number == "214" and letter.date in days()
    kinds = re.findall(r'<option value="(\w+/[^"]+)"', page)
    assert {"itu/sg-letter", "emwo/notice"} < set(kinds)
    assert [made(reader, from_="kind", kind=kind).status for kind in kinds] == [303] * len(kinds)
    assert not any(built.problems for built in check_files([*office.glob("letters/*.yaml")], Workspace(office)))


def test_a_copy_differs_in_its_number_and_date(reader: Reader, office: Path) -> None:
    """All other lines are those of the letter."""
    old = (office / "letters/sg-letter-dm-24-1021.yaml").read_text(encoding="utf-8").splitlines()

    answer = made(reader, from_="copy", letter="sg-letter-dm-24-1021")

    assert answer.headers["location"] == "/letters/sg-letter-dm-24-1022"
    new = (office / "letters/sg-letter-dm-24-1022.yaml").read_text(encoding="utf-8").splitlines()
    number, date = (pair for pair in zip(old, new, strict=True) if pair[0] != pair[1])
    assert number == ("number: DM-24/1021", "number: DM-24/1022")
    assert date in [("date: 2024-10-21", f"date: {day}") for day in days()]


def test_an_amendment_names_the_letter_that_it_amends(reader: Reader, office: Path) -> None:
    """In the languages of the letter; each further one has the next number."""
    form = {"letter": "tsb-circular-213", "amendment": "corrigendum"}

    first, second = (made(reader, from_="amendment", **form).headers["location"] for _ in range(2))

    assert first == "/letters/tsb-circular-213-corrigendum-1"
    assert second == "/letters/tsb-circular-213-corrigendum-2"
    letter = read_letter(office / "letters/tsb-circular-213-corrigendum-2.yaml")
    assert letter.number == "213"
    assert letter.amends and (letter.amends.kind, letter.amends.number) == ("corrigendum", 2)
    assert [one.name for one in letter.languages] == ["en", "es", "fr", "ru", "ar", "zh"]
    copied = made(reader, from_="copy", letter="tsb-circular-213-corrigendum-2").headers["location"]
    assert copied == "/letters/tsb-circular-214"
    assert not read_letter(office / "letters/tsb-circular-214.yaml").amends


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"from_": "kind", "kind": "itu/none"}, 400), ({"from_": "kind", "kind": "../tsb-circular"}, 400),
        ({"from_": "kind"}, 400), ({"from_": "x"}, 400), ({"from_": "copy", "letter": "../x"}, 404),
        ({"from_": "amendment", "letter": "tsb-circular-213", "amendment": "../x"}, 400),
    ],
)  # fmt: skip
def test_only_what_the_page_offers_is_made(form: dict[str, str], status: int, reader: Reader, office: Path) -> None:
    """No name of a request becomes that of a file."""
    before = letters(office)

    assert made(reader, **form).status == status
    assert letters(office) == before


@pytest.mark.parametrize("form", [{"from_": "copy"}, {"from_": "amendment", "amendment": "addendum"}])
def test_a_letter_without_a_number_has_no_next_one(form: dict[str, str], reader: Reader, office: Path) -> None:
    """The page says what is missing."""
    (office / "letters/one.yaml").write_text("kind: tsb-circular\n")
    before = letters(office)

    answer = made(reader, letter="one", **form)

    assert answer.status == 422
    assert "has no number" in answer.text and "Write its number first" in answer.text
    assert letters(office) == before


def uploaded(
    reader: Reader, data: bytes, name: str = "letter.yaml", boundary: str = "----x", field: str = "file", **headers: str
) -> Answer:
    """Sends a file as browsers do."""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="token"\r\n\r\n{reader.token}\r\n'
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    body = f"{head}{file}Content-Type: application/yaml\r\n\r\n".encode() + data + f"\r\n--{boundary}--\r\n".encode()
    own = {"Origin": reader.desk.access.address, "Content-Type": f"multipart/form-data; boundary={boundary}"}
    return reader.ask("POST", "/new/file", body, own | headers)


LETTER = b"""\
# from elsewhere\r
kind: tsb-circular\r
number: 999\r
date: 2024-07-12\r
languages: [en]\r
subject: {en: Meeting}\r
body:\r
  - en: Come.\r
"""


def test_a_letter_in_a_file_is_put_into_the_folder(reader: Reader, office: Path) -> None:
    """Byte by byte, under the name of its series, whatever its file was called."""
    answer = uploaded(reader, b"\xef\xbb\xbf" + LETTER, name="C:\\\\Documents\\\\my letter (2).yaml")

    assert answer.headers["location"] == "/letters/tsb-circular-999"
    assert (office / "letters/tsb-circular-999.yaml").read_bytes() == b"\xef\xbb\xbf" + LETTER
    assert reader.get("/letters/tsb-circular-999").status == 200
    assert 'type="file"' in reader.get("/new").text


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (b"number: 999", b"number: 999\r\namends: {kind: corrigendum, number: 2}", "tsb-circular-999-corrigendum-2"),
        (b"number: 999", b"number: CACE/560", "tsb-circular-cace-560"),
        (b"number: 999", b"number: 3\r\ngroup: 5", "tsb-circular-3-5"),
        (b"number: 999", b"number: false", "tsb-circular-2024-07-12"),
        (b"number: 999", b"pack: emwo\r\nnumber: 9", "emwo-tsb-circular-9"),
    ],
)
def test_its_name_is_that_of_its_series(old: bytes, new: bytes, name: str, reader: Reader, office: Path) -> None:
    """Two letters without a number have names of their own, and no other letter is taken twice."""
    data = LETTER.replace(old, new)

    answers = [uploaded(reader, data) for _ in range(2)]

    assert answers[0].headers["location"] == f"/letters/{name}"
    again = answers[1].headers.get("location", "")
    assert (again == f"/letters/{name}-2") == (b"false" in new)
    assert answers[1].status == (303 if again else 422)


def test_no_letter_is_replaced(reader: Reader, office: Path) -> None:
    """The page says which letter is there, and where its number is in the file."""
    before = (office / "letters/tsb-circular-213.yaml").read_bytes()

    answer = uploaded(reader, LETTER.replace(b"999", b"213"))

    assert answer.status == 422
    assert "letter.yaml:3:9" in answer.text and "a letter &#39;tsb-circular-213&#39; already" in answer.text
    assert "another &#39;number&#39;" in answer.text
    assert (office / "letters/tsb-circular-213.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"kind: [\n", "letter.yaml:1:"), (b"", "the file is empty"), (b"just words", "without a kind"),
        (b"- kind: x\n", "without a kind"), (b"kind: {a: b}\n", "without a kind"), (b"\x89PNG\r\n\x1a\n", "UTF-8"),
        (b"kind: ../../x\nnumber: 1\n", "no name of a file"), (b"kind: a\nnumber: 1\ngroup: ../x\n", "no name"),
        (b"kind: a\x00b\n", "letter.yaml"), (b"kind: a\n" + b"# x\n" * 300_000, "1 MiB"),
        (b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n".encode() for n in range(8)
        ), "50,000"),
        (LETTER + "x: \u202egnp.exe\r\n".encode(), "letter.yaml:9"), (b"kind: !!python/object:os.system a\n", "tag"),
    ],
    ids=range(13),
)  # fmt: skip
def test_what_is_no_letter_is_refused(data: bytes, fact: str, reader: Reader, office: Path) -> None:
    """With place, fact and remedy; no file is written."""
    before = letters(office)

    answer = uploaded(reader, data)

    assert answer.status == 422
    assert fact in answer.text and "No file was written" in answer.text
    assert letters(office) == before


@pytest.mark.parametrize(
    ("status", "values"),
    [
        (413, {"data": b"x" * 2_100_000}), (400, {"data": b"", "name": ""}), (400, {"boundary": "a b;c"}),
        (400, {"Content_Type": "multipart/form-data"}), (400, {"name": "\xff\udcff"}),
        (403, {"Origin": "https://evil.example"}), (403, {"Content_Type": "application/x-www-form-urlencoded"}),
    ],
)  # fmt: skip
def test_a_form_that_is_none_is_refused(status: int, values: dict[str, Any], reader: Reader, office: Path) -> None:
    """A form without a file, one that is too large, one of another site."""
    before = letters(office)
    name = values.pop("name", "letter.yaml")
    if not name.isascii():
        values["data"], name = b"x", "x"
        answer = reader.ask(
            "POST",
            "/new/file",
            b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\r\n--b--\r\n',
            {"Origin": reader.desk.access.address, "Content-Type": "multipart/form-data; boundary=b"},
        )
    else:
        headers = {key.replace("_", "-"): value for key, value in values.items() if key[0].isupper()}
        others = {key: value for key, value in values.items() if not key[0].isupper()}
        answer = uploaded(reader, name=name, **{"data": LETTER, **others}, **headers)

    assert answer.status == status
    assert letters(office) == before


def test_a_letter_with_problems_is_shown_with_them(reader: Reader, office: Path) -> None:
    """It can be corrected at the desk."""
    answer = uploaded(reader, LETTER.replace(b"languages: [en]", b"languages: [en, es]"))

    assert answer.status == 303
    found = reader.get(f"{answer.headers['location']}/problems", Accept="application/json").said
    assert found["unwritten"] or found["errors"]
