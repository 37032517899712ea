"""Messages as other programs read them: complete, exact, and without anything that a name has injected."""

from __future__ import annotations

import datetime
import email
import html.parser
import re
from dataclasses import replace
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest

from circulars.errors import LetterError, UsageError
from circulars.merge.post.mailbox import mailbox_of, read_mailbox
from circulars.merge.post.message import Attached, Headers, message, message_id
from circulars.model.document import Document
from circulars.model.text import Paragraph, Span
from circulars.render.txt import text_of
from conftest import Example
from render.sample_letters import ALL

SENDER = read_mailbox("TSB <tsb@example.int>")
DATE = datetime.datetime(2026, 3, 14, 9, 30, tzinfo=datetime.UTC)
PDF = Attached("tsb-circular-213.en.pdf", "pdf", bytes(range(256)) * 200)

HOSTILE = (
    "x\r\nBcc: everybody@example.com",
    "x\nBcc: everybody@example.com\n\nAnother body",
    'Ana "la jefa" Ejemplo',
    "back\\slash, comma; semicolon: colon <angle@example.com>",
    "=?utf-8?Q?Bcc:_everybody?=",
    "👩‍💻 Zoë Пример",
    "ליאת דוגמה \u202e txt.exe",
    "\x00\x07\x1b[31m bell",
    "O'Neill (office) [Geneva]",
    "ñ" * 300,
    "W" * 1200,
    "long " * 300,
    " ",
    "",
)


def head(name: str = "Ana Ejemplo", address: str = "ana@example.int", **more: object) -> Headers:
    """The headers of a message."""
    to = mailbox_of(address, name)
    return Headers(SENDER, to, message_id("plan", "id-1", SENDER), **({"date": DATE} | more))  # type: ignore[arg-type]


def read(data: bytes) -> EmailMessage:
    """The message as the standard library parses it."""
    found = email.message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not [defect for part in found.walk() for defect in part.defects]
    return found


@pytest.fixture
def document() -> Document:
    """A letter with every kind of block."""
    return ALL["columns"]


@pytest.mark.parametrize("document", ALL.values(), ids=ALL)
def test_a_message_has_the_whole_letter_twice(document: Document) -> None:
    """The plain text is the letter's, word for word, with the addresses of links; the HTML has the same words."""
    found = read(message(head(), document, {}, [PDF]))

    plain = found.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    said = re.sub(r" ?<[^<> ]+>", "", plain)
    assert [line for line in said.splitlines() if line] == [line for line in text_of(document).splitlines() if line]
    assert _words(_text(found)) == _words(text_of(document))


def test_the_plain_text_has_the_addresses_of_links() -> None:
    """After their words, once for each link, unless the words are the address; also for the caption of a QR code."""
    there = "https://example.int/a"
    spans = (
        Span("See "), Span("the ", link=there), Span("page", strong=True, link=there),
        Span(", "), Span("www.example.int", link="https://www.example.int/"), Span(", "),
        Span("ana@example.int", link="mailto:ana@example.int"), Span(" or "),
        Span("write", link="mailto:b@example.int"), Span("; "), Span("below", link="#dates"), Span("."),
    )  # fmt: skip
    letter = replace(ALL["columns"], body=(Paragraph(spans, "1"),))
    plain = read(message(head(), letter, {})).get_body(("plain",)).get_content()  # type: ignore[union-attr]

    said = "See the page <https://example.int/a>, www.example.int, ana@example.int or write <b@example.int>; below."
    assert said in plain
    assert letter.link_code is not None
    assert f"{letter.link_code.caption} <{letter.link_code.address}>" in plain


def test_every_example_has_its_words_in_the_page(examples: tuple[Example, ...]) -> None:
    """The HTML of every example letter, in every language, has all its words."""
    for example in examples:
        found = read(message(head(), example.document, {}))
        assert _words(_text(found)) == _words(text_of(example.document)), example.name


def _words(text: str) -> list[str]:
    """The words, without rules of hyphens and marks of direction; a label that ends in a wide colon is a word."""
    text = re.sub("[\u200e\u200f\u202b\u202c]", "", text).replace("：", "： ")
    return [word for word in text.split() if word.strip("-") or len(word) < 10]


class _Reader(html.parser.HTMLParser):
    """Collects the text and all addresses in the body of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self._skipped += tag == "head"
        if tag in ("br", "p", "td", "th", "li", "div", "tr", "h1", "h2", "h3", "h4"):
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag == "head"

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.text.append(data)


def _page(found: EmailMessage) -> _Reader:
    reader = _Reader()
    reader.feed(found.get_body(("html",)).get_content())  # type: ignore[union-attr]
    return reader


def _text(found: EmailMessage) -> str:
    return "".join(_page(found).text)


def test_nothing_in_a_page_is_fetched(document: Document) -> None:
    """Pictures are parts of the message; there is no stylesheet, no script, no ``data:``."""
    found = read(message(head(), document, {}))

    tags = _page(found).tags
    pictures = [values["src"] for tag, values in tags if tag == "img"]
    ids = {f"cid:{part['Content-ID'][1:-1]}" for part in found.walk() if part["Content-ID"]}
    assert set(pictures) == ids
    assert not {"script", "style", "link", "iframe", "object", "form"} & {tag for tag, _ in tags}
    assert not [values for _, values in tags if {"background", "srcset", "onload"} & set(values)]
    assert "url(" not in found.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_markup_in_a_value_stays_text(document: Document) -> None:
    """The content of an addressee's cell is shown as it was typed."""
    value = "<script>alert(1)</script> & <b>\n\x00&amp;"
    holed = _with_hole(document)
    page = _page(read(message(head(), holed, {"addressee.name": value})))

    assert "script" not in {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script> & <b> \ufffd&amp;" in "".join(page.text)


def _with_hole(document: Document) -> Document:
    return replace(document, body=(Paragraph((Span("", hole="addressee.name"),)), *document.body))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_a_name(name: str, document: Document) -> None:
    """Whatever a name contains, two parsers find one addressee, that name, and the headers that we wrote."""
    data = message(head(name), document, {}, [PDF])
    plain = read(message(head("Ana"), document, {}, [PDF]))

    found = read(data)
    [to] = found["To"].addresses
    assert (to.username, to.domain) == ("ana", "example.int")
    # Python 3.11 puts a space between the words that a long name is encoded as; RFC 2047, 6.2, has none there.
    assert _bare(to.display_name).replace(" ", "") == _bare(name).replace(" ", "")
    assert found.keys() == plain.keys()
    assert found["Bcc"] is None
    before, _, address = str(make_header(decode_header(email.message_from_bytes(data)["To"]))).rpartition(" ")
    assert (_unquoted(_bare(before)), address.strip("<>")) == (_unquoted(_bare(name)), "ana@example.int")
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


def _unquoted(name: str) -> str:
    return name.replace("\\", "").replace('"', "")


def _bare(name: str) -> str:
    """A name without invisible characters."""
    return " ".join("".join(" " if sign < " " or "\u2028" <= sign <= "\u202e" else sign for sign in name).split())


@pytest.mark.parametrize("subject", HOSTILE)
def test_a_subject_stays_a_subject(subject: str, document: Document) -> None:
    """The same for subjects."""
    found = read(message(head(), replace(document, subject=((Span(subject),),)), {}))

    assert _bare(found["Subject"]) == _bare(subject)
    assert found["Bcc"] is None


def test_attachments_come_out_as_they_went_in(document: Document) -> None:
    """Each file has its name, its type and its bytes; names beyond ASCII too."""
    files = [
        PDF,
        Attached("año «2026»; 示例.es.docx", "docx", b""),
        Attached("Crazy \\ name.pdf", "pdf", b"\r\n.\r\nFrom here\r\n--\r\n"),
    ]
    found = read(message(head(), document, {}, files))

    attached = list(found.iter_attachments())
    assert [part.get_filename() for part in attached] == [file.name for file in files]
    assert [part.get_content() for part in attached] == [file.data for file in files]
    assert attached[0].get_content_type() == "application/pdf"


def test_the_language_is_stated(document: Document) -> None:
    """For the message, its plain text and its HTML (RFC 3282)."""
    found = read(message(head(), document, {}))

    told = [part["Content-Language"] for part in (found, *found.walk()) if part.get_content_maintype() == "text"]
    assert told == [document.language] * 2
    assert found["Content-Language"] == document.language


def test_the_same_input_makes_the_same_bytes(document: Document) -> None:
    """Including the boundaries; another addressee has different ones."""
    assert message(head(), document, {}, [PDF]) == message(head(), document, {}, [PDF])
    assert message_id("plan", "id-1", SENDER) != message_id("plan", "id-2", SENDER) != message_id("p", "id-2", SENDER)


def test_a_draft_opens_as_a_draft(document: Document) -> None:
    """It is marked as unsent, and has no date: it gets one when it is sent."""
    found = read(message(head(date=None), document, {}, draft=True))

    assert (found["X-Unsent"], found["Date"]) == ("1", None)
    assert read(message(head(), document, {}))["X-Unsent"] is None


def test_replies_can_go_elsewhere(document: Document) -> None:
    """``Reply-To`` is there if it was requested, and only then."""
    found = read(message(head(reply_to=(read_mailbox("Büro <buero@bücher.example>"),)), document, {}))

    assert str(found["Reply-To"]) == "Büro <buero@xn--bcher-kva.example>"
    assert read(message(head(), document, {}))["Reply-To"] is None


def test_a_message_is_not_marked_as_automatic(document: Document) -> None:
    """A person sends a circular: no header tells mail servers otherwise (RFC 3834)."""
    found = read(message(head(), document, {}))

    assert not {"Auto-Submitted", "Precedence", "List-Unsubscribe", "X-Mailer"} & set(found.keys())


def test_domains_are_encoded_in_ascii() -> None:
    """A domain in another script is encoded in ASCII by today's rules (IDNA 2008): ß is not ss."""
    assert mailbox_of("ana@Bücher.example").address == "ana@xn--bcher-kva.example"
    assert mailbox_of("ana@straße.example").address == "ana@xn--strae-oqa.example"


@pytest.mark.parametrize(
    "address",
    [
        "", "ana", "@example.int", "ana@", "ana@@example.int", "ana b@example.int", "ana@exa mple.int", "ana@-x.int",
        "ana@x..int", ".ana@example.int", "ana@example.int, eva@example.int", "ana@example.int\r\nBcc: x@example.com",
        "ana@[127.0.0.1]", '"ana"@example.int', "<ana@example.int>", "ana\u202e@example.int", "ana\x00@example.int",
        "a" * 65 + "@example.int", "ana@" + "a." * 130 + "int", "\ud800@example.int",
    ],
)  # fmt: skip
def test_what_is_not_an_address_is_refused(address: str) -> None:
    """Only a single address is accepted, and nothing that a mail server could take for two, or for a command."""
    with pytest.raises(LetterError) as wrong:
        mailbox_of(address)

    assert [problem.code for problem in wrong.value.problems] == ["wrong-email"]


def test_a_sender_is_read_as_it_is_typed() -> None:
    """A name, in quotation marks or not, and an address; or only the address."""
    assert read_mailbox('"Bureau, \\"TSB\\"" <tsb@example.int>').name == 'Bureau, "TSB"'
    assert read_mailbox("tsb@example.int").address == "tsb@example.int"
    with pytest.raises(UsageError):
        read_mailbox("TSB tsb@example.int")
