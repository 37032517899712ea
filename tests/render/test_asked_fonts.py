"""The fonts of words in other scripts: the pack's, those of Noto, and no others."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pikepdf
import pytest

from circulars.errors import MachineError
from circulars.model.fonts import FontChoice, PackFonts
from circulars.model.text import Paragraph, Span
from circulars.pack import Pack, load_pack
from circulars.render.docx import master as word_master
from circulars.render.pdf import master
from circulars.render.pdf.glyphs import Glyphs
from render.sample_letters import PLAIN


def families(text: str, language: str = "", pack: Pack | None = None) -> set[str]:
    """The fonts of an English letter with a text, besides that of its other words."""
    letter = replace(PLAIN, body=(Paragraph((Span(text, language=language),)),))
    with pikepdf.open(io.BytesIO(master(letter, pack or load_pack()).fill({}))) as file:
        fonts = [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") == "/Type0"]
        names = {re.sub("^/[A-Z]{6}[+]", "", str(one.BaseFont)) for one in fonts}
    return {name for name in names if not name.startswith("Carlito")}


def with_fonts(**own: str) -> Pack:
    """The shipped pack with other fonts of its languages."""
    choices = tuple((code, FontChoice((family,))) for code, family in own.items())
    return replace(load_pack(), fonts=PackFonts(FontChoice(("Carlito",)), choices))


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("王小明", "Noto-Sans-CJK-SC"),
        ("محمد", "Noto-Sans-Arabic"),
        ("חנה", "Noto-Sans-Hebrew"),
        ("สมชาย", "Noto-Sans-Thai"),
        ("→ ☐", "Noto-Sans-Symbols2"),
        ("😀", "Noto-Color-Emoji"),
    ],
)
def test_words_without_a_mark_are_in_the_font_of_their_script(text: str, font: str) -> None:
    """The pack names those of Arabic and Chinese; others are those of Noto, whatever else is installed."""
    assert font in families(text)
    assert len(families(text)) <= 2


def test_the_packs_font_of_a_script_counts() -> None:
    """Fontconfig would find Noto Sans Arabic first."""
    assert families("محمد", pack=with_fonts(ar="Noto Naskh Arabic")) == {"Noto-Naskh-Arabic"}


@pytest.mark.parametrize(
    ("language", "face"), [("zh", "SC"), ("zh-Hant", "TC"), ("zh-TW", "TC"), ("zh-HK", "HK"), ("yue", "HK"),
                           ("zh-Hant-HK", "HK"), ("ja", "JP"), ("ko", "KR")],
)  # fmt: skip
def test_marked_words_have_the_forms_of_their_language(language: str, face: str) -> None:
    """Han are written differently in China, Taiwan, Hong Kong, Japan and Korea."""
    assert families("直骨角令", language) == {f"Noto-Sans-CJK-{face}"}


def test_a_font_that_words_of_another_script_need_is_asked_for() -> None:
    """It is one problem, whatever the number of characters, and names the font of the pack."""
    with pytest.raises(MachineError) as caught:
        families("王小明和李小红", pack=with_fonts(zh="Noto Sans CJK XX"))

    [problem] = caught.value.problems
    assert problem.code == "missing-font"
    assert "'Noto Sans CJK XX' is not installed" in problem.message


def test_a_character_of_a_font_that_nobody_asks_for_is_a_problem() -> None:
    """A font of Ogham is installed here, and maybe not elsewhere; the hint names it."""
    with pytest.raises(MachineError) as caught:
        families("ᚁ")

    [problem] = caught.value.problems
    assert problem.code == "missing-glyph"
    assert "no font of the pack shows 'ᚁ'" in problem.message
    assert "name a font that has it under 'fonts:' in pack.yaml, as '" in problem.hint


def test_names_of_a_list_are_checked_by_the_same_fonts() -> None:
    """A character that only another font has is known before anything is laid out."""
    glyphs = Glyphs(load_pack().fonts.for_any_text())

    lacking = glyphs.lacking("Ana王محمد\u2011ᚁ\u0378")

    assert lacking.keys() == {"\u0378", "ᚁ"}
    assert not lacking["\u0378"]
    assert lacking["ᚁ"]


def test_word_has_the_packs_fonts_for_other_scripts() -> None:
    """East Asian words of an English letter are in the pack's font, with what Word takes where it is not installed."""
    with zipfile.ZipFile(io.BytesIO(word_master(PLAIN, load_pack()).fill({}))) as package:
        styles, fonts = (package.read(f"word/{name}.xml").decode() for name in ("styles", "fontTable"))

    assert 'w:eastAsia="Noto Sans CJK SC"' in styles
    assert '<w:altName w:val="Microsoft YaHei"/>' in fonts
