"""The pages are whole in each language that they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from circulars.desk import phrases
from circulars.desk.phrases import FOLDER, page_languages, page_words, wished_language
from desk.desks import Reader

DESK = FOLDER.parent
FILES = sorted(FOLDER.glob("*.po"))


def catalog(path: Path) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale=path.stem)


def texts() -> Iterator[str | tuple[str, ...]]:
    """Every text of the pages."""
    methods = [("templates/**.j2", "jinja2"), ("**.py", "python")]
    options = {"templates/**.j2": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}
    keywords = {"marked": None, "_": None, "ngettext": (1, 2)}
    for _, _, text, _, _ in extract_from_dir(DESK, methods, options, keywords):
        yield text


def test_the_pages_are_in_several_languages() -> None:
    """English is in the pages themselves; others are files."""
    assert len(page_languages()) == len(FILES) + 1 >= 2
    assert len(set(texts())) > 80


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_text_is_translated(path: Path) -> None:
    """No text of the pages lacks a translation, and no translation is of a text that is gone."""
    translated = {message.id: message.string for message in catalog(path) if message.id}

    assert set(texts()) == set(translated)
    for typed, translation in translated.items():
        every = translation if isinstance(translation, tuple) else (translation,)
        assert all(every), typed
        assert not isinstance(typed, tuple) or len(every) == catalog(path).num_plurals


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_translations_keep_the_places_of_values(path: Path) -> None:
    """A number or a name is shown in every language."""
    for message in catalog(path):
        if message.id:
            wanted = set(_places(message.id))
            assert all({*_PLACE.findall(text)} == wanted for text in _texts(message.string)), message.id


_PLACE = re.compile(r"%\(\w+\)s")


def _places(text: object) -> list[str]:
    return [place for one in _texts(text) for place in _PLACE.findall(one)]


def _texts(text: object) -> list[str]:
    """The forms of a text."""
    return [*map(str, text)] if isinstance(text, tuple | list) else [str(text)]


def test_no_words_of_a_page_are_outside_the_files() -> None:
    """A template has no text between its elements that is not marked for translation."""
    for path in (DESK / "templates").glob("*.j2"):
        bare = re.sub(r"\{[{%].*?[%}]\}|<[^>]*>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert re.findall(r"[^\W\d_]{2,}", bare) == [], path.name


@pytest.mark.parametrize(
    ("accepted", "chosen", "language"),
    [
        ("es", "", "es"), ("es-419, en;q=0.5", "", "es"), ("en;q=0.5, es;q=0.9", "", "es"), ("fr, de", "", "en"),
        ("", "", "en"), ("es;q=0", "", "en"), ("es;q=x", "", "en"), ("en", "es", "es"), ("es", "xx", "es"),
        ("," * 5000, "", "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_one_that_the_reader_wishes(accepted: str, chosen: str, language: str) -> None:
    """The browser says which; the reader's own choice counts more."""
    assert wished_language(accepted, chosen) == language


def test_a_reader_chooses_the_language(reader: Reader) -> None:
    """The choice holds for later pages, and the page is shown again."""
    page = f"{reader.desk.access.address}/letters/tsb-circular-213"

    answer = reader.post("/language", {"language": "es", "stay": "yes"}, Referer=page)

    assert (answer.status, answer.headers["location"]) == (303, "/letters/tsb-circular-213")
    assert '<html lang="es" dir="ltr">' in reader.get("/").text
    assert reader.post("/language", {"language": "xx"}).status == 400


def test_a_choice_of_language_leads_to_no_other_site(reader: Reader) -> None:
    """Only addresses of the desk itself are shown again."""
    answer = reader.post("/language", {"language": "es", "stay": "yes"}, Referer="https://evil.example/letters/x")

    assert answer.headers["location"] == "/"


def test_pages_of_a_language_from_right_to_left_say_so(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else is needed for one than its file."""
    spanish = (FOLDER / "es.po").read_text(encoding="utf-8")
    (tmp_path / "ar.po").write_text(spanish.replace("Language: es", "Language: ar"), encoding="utf-8")
    monkeypatch.setattr(phrases, "FOLDER", tmp_path)
    page_languages.cache_clear()
    page_words.cache_clear()
    try:
        page = reader.get("/", **{"Accept-Language": "ar"}).text
    finally:
        page_languages.cache_clear()
        page_words.cache_clear()

    assert '<html lang="ar" dir="rtl">' in page
