"""Templates that programs in other languages, WPS Office and Google Docs have saved: which styles are recognized."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from circulars.doctor.examine import word_findings
from circulars.doctor.repair import repair_template
from doctor.damages import BODY, SHIPPED, STYLES, edit, file_of, parts_of
from doctor.examined import PAPER, WINDOW
from doctor.sound_templates import with_style_ids
from doctor.test_damages import findings_of, lost

NAMES = {
    "German": ("Standard", "Textkörper", "Überschrift 1", "Aufzählungszeichen", "Listennummer 2", "Liste"),
    "French": ("Normal", "Corps de texte", "Titre 1", "Liste à puces", "Liste à numéros 2", "Liste"),
    "Spanish": ("Normal", "Texto independiente", "Encabezado 1", "Lista con viñetas", "Lista con números 2", "Lista"),
    "Russian": ("Обычный", "Основной текст", "Заголовок 1", "Маркированный список", "Нумерованный список 2", "Список"),
    "Arabic": ("عادي", "نص أساسي", "العنوان 1", "تعداد نقطي", "تعداد رقمي 2", "قائمة"),
    "Chinese": ("正文", "正文文本", "标题 1", "列表项目符号", "列表编号 2", "列表"),
}
ENGLISH = ("Normal", "Body Text", "heading 1", "List Bullet", "List Number 2", "List")


def translated(language: str) -> bytes:
    """The shipped template with the names of Word's own styles in another language, and numbers as ids."""
    parts = parts_of(SHIPPED)
    with_style_ids(parts, lambda nth, id: str(nth))
    for english, other in zip(ENGLISH, NAMES[language], strict=True):
        edit(parts, STYLES, f'<w:name w:val="{english}"/>', f'<w:name w:val="{other}"/>')
    return file_of(parts)


@pytest.mark.parametrize("language", NAMES)
def test_a_style_with_its_name_in_another_language_gets_its_own_name(language: str) -> None:
    """The finding says which style it is; the repair names it, and copies none."""
    template = translated(language)
    expected = [(old, new) for new, old in zip(ENGLISH, NAMES[language], strict=True) if old != new]

    findings, (fixed, fixes) = list(word_findings(template, ("Carlito",))), repair_template(template, WINDOW, PAPER)

    assert sorted((one.fact, one.remedy) for one in findings) == sorted(
        (
            f"the template has no style '{new}'",
            f"'{old}' is its name in another language, which programs do not know: name it '{new}'",
        )
        for old, new in expected
    )
    assert sorted(fixes) == sorted(
        ("missing-style", f"the style '{old}' was renamed to '{new}'") for old, new in expected
    )
    assert findings_of(fixed) == []


def test_a_default_style_is_normal_in_any_language() -> None:
    """Nobody lists the names of all languages: the default style of paragraphs is "Normal"."""
    parts = parts_of(SHIPPED)
    edit(parts, STYLES, '<w:name w:val="Normal"/>', '<w:name w:val="Tavaline"/>')

    fixed, fixes = repair_template(file_of(parts), WINDOW, PAPER)

    assert fixes == (("missing-style", "the style 'Tavaline' was renamed to 'Normal'"),)
    assert findings_of(fixed) == []


def test_a_style_is_found_by_an_alias() -> None:
    """A name that was typed before the old one in Word makes the old one an alias; the two change places."""
    parts = parts_of(SHIPPED)
    names = '<w:name w:val="Remark"/><w:aliases w:val="Note text,Notes"/>'
    edit(parts, STYLES, '<w:name w:val="Note text"/>', names)
    edit(parts, STYLES, 'w:styleId="NoteText"', 'w:styleId="Remark"')

    fixed, fixes = repair_template(file_of(parts), WINDOW, PAPER)

    assert fixes == (("missing-style", "the style 'Remark' was renamed to 'Note text'"),)
    assert '<w:name w:val="Note text"/><w:aliases w:val="Remark,Notes"/>' in parts_of(fixed)[STYLES]


def through_google_docs() -> bytes:
    """The shipped template without styles of its own making, which Google Docs drops, and with its marks in runs."""
    parts = parts_of(SHIPPED)
    custom = re.compile(r'<w:style [^>]*w:customStyle="1" w:styleId="([^"]+)">.*?</w:style>', re.DOTALL)
    dropped = set(custom.findall(parts[STYLES]))
    parts[STYLES] = custom.sub("", parts[STYLES])
    for name in parts:
        if name.startswith("word/") and name.endswith(".xml"):
            parts[name] = re.sub(r'<w:(?:pStyle|tblStyle) w:val="([^"]+)"/>', _unless(dropped), parts[name])
    parts[BODY] = parts[BODY].replace("<w:r><w:t", '<w:r w:rsidDel="00000000"><w:rPr><w:rtl w:val="0"/></w:rPr><w:t')
    return file_of(parts)


def _unless(dropped: set[str]) -> Callable[[re.Match[str]], str]:
    return lambda use: "" if use[1] in dropped else use[0]


def test_a_template_without_its_own_styles_gets_the_shipped_ones(tmp_path: Path) -> None:
    """Each missing style that letters need is named, and comes back; letters lose no word."""
    template = through_google_docs()
    missing = {line for line in findings_of(template) if line.startswith("missing-style")}

    fixed, _ = repair_template(template, WINDOW, PAPER)

    assert "missing-style: the template has no style 'Numbered paragraph'" in missing
    assert [line for line in findings_of(fixed) if not line.startswith("window-mismatch")] == []
    assert lost(fixed, tmp_path) == []
