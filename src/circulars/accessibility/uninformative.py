"""Recognizes uninformative words in links, alternate texts and titles."""

from __future__ import annotations

import re
from typing import Final

MAX_ADDRESS: Final = 60
"""The maximum length of an address as a link's words: a longer one is hard to listen to."""

# WCAG 2.4.4 and 2.4.9: in a list of links one does not hear the sentences around them.
_LINKS: Final = """\
here|click|click here|click on this link|this|this link|this page|link|more|more info|more information|read more|\
learn more|see more|details|download|go|page|website|document|\
aquí|aqui|clic aquí|clic aqui|haga clic aquí|haga clic aqui|pulse aquí|pinche aquí|enlace|este enlace|más|\
más información|leer más|ver más|descargar|\
ici|cliquez ici|cliquer ici|lien|ce lien|plus|en savoir plus|lire la suite|télécharger|\
hier|hier klicken|klicken sie hier|link hier|mehr|mehr dazu|weiterlesen|weitere informationen|\
здесь|тут|нажмите здесь|ссылка|подробнее|اضغط هنا|هنا|انقر هنا|رابط|المزيد|这里|点击这里|点击此处|此处|链接|更多"""
_PICTURES: Final = """\
image|picture|photo|graphic|figure|logo|icon|chart|diagram|shape|drawing|screenshot|object|alt|alt text|\
a picture|an image|\
imagen|foto|gráfico|figura|logotipo|dibujo|descripción|graphique|dessin|bild|grafik|abbildung|zeichnung|description"""
_TITLES: Final = """\
untitled|document|word document|new document|title|default|template|letter|circular|draft|blank|\
sin título|documento|título|sans titre|titre|ohne titel|dokument"""
_EMPTY_LINKS: Final = frozenset(_LINKS.split("|"))
_EMPTY_PICTURES: Final = frozenset(_PICTURES.split("|"))
_EMPTY_TITLES: Final = re.compile(
    rf"({_TITLES})\s*\d*|.*\.(docx?|odt|rtf|pdf|indd|dotx?|qxp|txt)|microsoft word - .*", re.IGNORECASE
)
_FILE_NAME: Final = re.compile(r"\S*\.(png|jpe?g|gif|bmp|tiff?|emf|wmf|svg|webp|heic|pdf|eps)", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\s*\d+$")
_ADDRESS: Final = re.compile(r"(https?://|ftp://|www\.)\S+", re.IGNORECASE)
_LANGUAGE_OF_PDF: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*(_tradnl)?")
_LANGUAGE: Final = re.compile(r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z0-9]{1,8})*|[xX]-[\w-]+")


def says_nothing_as_link(text: str) -> bool:
    """Whether the words of a link are like "click here"."""
    return text.strip(" \t\n\u00a0.…:;»›>→").lower() in _EMPTY_LINKS


def is_long_address(text: str) -> bool:
    """Whether the words of a link are an address that is too long or too cryptic to listen to."""
    address = "".join(text.split())
    return bool(_ADDRESS.fullmatch(address)) and (len(address) > MAX_ADDRESS or bool(re.search("[%=]", address)))


def says_nothing_as_picture(text: str) -> bool:
    """Whether an alternate text is a file name, or like "Picture 3"."""
    words = _NUMBERED.sub("", text.strip().lower()).strip(" .:")
    return words in _EMPTY_PICTURES or bool(_FILE_NAME.fullmatch(text.strip()))


def says_nothing_as_title(text: str) -> bool:
    """Whether a title is a file name, or a program's default."""
    return bool(_EMPTY_TITLES.fullmatch(text.strip()))


def is_language(tag: str) -> bool:
    """Whether a text has the form of a language tag (BCP 47)."""
    return bool(_LANGUAGE.fullmatch(tag.strip()))


def is_language_of_pdf(tag: str) -> bool:
    """Whether a text has the form that PDF requires (ISO 32000-1, 14.9.2.2); Word writes "es-ES_tradnl"."""
    return bool(_LANGUAGE_OF_PDF.fullmatch(tag.strip()))
