"""Columns in the letter's language: the same words in every format, and a problem for each cell that is ambiguous."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pypdfium2
import pytest
from docx import Document

from merge.mailroom import MailRoom

LETTER = """\
kind: sg-letter
number: 1
date: 2025-01-15
languages: [en, es]
subject: {en: "Fee due {{ addressee.due | month-year }}", es: "Cuota de {{ addressee.due | month-year }}"}
body:
- en: Kindly pay {{ addressee.fee | number }} by {{ addressee.due | weekday-date }}, {{ addressee.until|time }}.
  es: Abone {{ addressee.fee | number }} antes del {{ addressee.due | weekday-date }}, {{ addressee.until|time }}.
- en: You are a member since {{ addressee.since | year }}.
  es: Es miembro desde {{ addressee.since | year }}.
  when: {category: member-state}
signatory: {name: Ana Ejemplo, title: {en: Secretary, es: Secretaria}}
"""
HEAD = "id,language,name,email,category,due,fee,until,since\n"
ENGLISH = "Kindly pay 1\u00a0250.5 by Sunday, 3 May 2026, 1430 hours."
SPANISH = "Abone 1\u00a0000 antes del jueves 31 de diciembre de 2026, 09.05 horas."


@pytest.fixture
def room(tmp_path: Path) -> MailRoom:
    """A letter that shows columns in its language, and a list."""
    room = MailRoom(tmp_path)
    room.write([], LETTER)
    rows = (
        "a,en,Ana,ana@example.int,academia,2026-05-03,1250.5,14:30,x\n"
        "b,es,Max,max@example.int,member-state,2026-12-31 00:00,1000,9:05,2001-04-30\n"
    )
    (room.folder / "list.csv").write_text(HEAD + rows, encoding="utf-8")
    return room


def test_every_format_shows_the_same_words(room: MailRoom) -> None:
    """Word, PDF, HTML and text have the date of the row in the language of the row."""
    done = room.merge("--formats", "docx,pdf,html,txt")
    files = room.contents()

    assert done.stderr == ""
    for name, sentence in (("a.en", ENGLISH), ("b.es", SPANISH)):
        assert sentence in files[f"{name}.txt"].decode()
        assert sentence in files[f"{name}.html"].decode().replace("&nbsp;", "\u00a0")
        paragraphs = [paragraph.text for paragraph in Document(str(room.made / f"{name}.docx")).paragraphs]
        assert sentence in paragraphs
        with pypdfium2.PdfDocument(files[f"{name}.pdf"]) as pdf:
            text = " ".join(page.get_textpage().get_text_range() for page in pdf)
        assert sentence.replace("\u00a0", " ") in " ".join(text.split())
    assert "Subject: Fee due May 2026" in files["a.en.txt"].decode()
    assert "Es miembro desde 2001." in files["b.es.txt"].decode()


def test_a_message_shows_the_same_words(room: MailRoom) -> None:
    """The subject and the body of an e-mail have the date in the addressee's language."""
    room.merge("--as", "eml", "--from", "tsb@example.int", "--formats", "txt")
    message = message_from_bytes(room.contents()["b.es.eml"], policy=default)
    body = message.get_body(("plain",))

    assert "Cuota de diciembre de 2026" in message["Subject"]
    assert body is not None
    assert SPANISH in " ".join(body.get_content().split(" ")).replace("\n", " ")


def test_an_ambiguous_cell_is_a_problem_of_its_row(room: MailRoom) -> None:
    """All of a row's cells are reported at once, and a cell that this addressee's letter does not show is not."""
    bad = 'a,en,Ana,,academia,03/05/2026,"1,250",2pm,x\nb,es,Max,,member-state,2026-12-31,1,9:05,30/04/2001\n'
    (room.folder / "list.csv").write_text(HEAD + bad, encoding="utf-8")

    found = room.merge("--formats", "txt").stderr

    assert "2:6  not-a-date  due: '03/05/2026' may be two dates\n    hint: write 2026-05-03 or 2026-03-05;" in found
    assert "2:7  not-a-number  fee: '1,250' may be two numbers" in found
    assert "2:8  not-a-time  until: '2pm' is not a time of day" in found
    assert "3:9  not-a-date  since: '30/04/2001' is not a date in the form 2026-05-03" in found
    assert "4 problems in 2 of 2 rows" in found


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("addressee.due | dates", "hint: did you mean 'date'?"),
        ("addressee.due | zzz", "hint: the formats of a column: date, day-month, month-year, year, weekday, "),
        ("addressee.name | date", "'addressee.name' is text, which has no formats"),
    ],
)
def test_an_unknown_format_is_a_problem_of_the_letter(room: MailRoom, field: str, problem: str) -> None:
    """It is found when the letter is checked, with its line."""
    room.write([], LETTER.replace("addressee.due | weekday-date", field))

    found = room.merge("--formats", "txt").stderr

    assert "letters/c.yaml:7:" in found
    assert "unknown-format" in found
    assert problem in found
