"""Deterministic lists of fictitious addressees of any length, with names and organizations in twelve scripts."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from merge.lists import COLUMNS


class Words(NamedTuple):
    """Words of a script: given names, family names, and what organizations are named of; what is between the latter."""

    names: Sequence[str]
    surnames: Sequence[str]
    organizations: Sequence[str]
    between: str = " "


SCRIPTS = {
    "Latin": Words(
        ("Łucja", "Zoë", "Øystein", "Inês", "Şule", "Ștefan", "Réka", "Māris", "Jürgen", "Ángeles", "Håkon", "Niamh"),
        ("Przykład", "Příklad", "Örnek", "Exemplo", "Eksempel", "Példa", "Beispiel", "Voorbeeld", "Pavyzdys", "Muster"),
        (
            "Ministry",
            "of",
            "Examples",
            "and",
            "Specimens",
            "Institute",
            "Société",
            "für",
            "Muster",
            "Telecom",
            "Agencia",
        ),
    ),
    "Greek": Words(
        ("Αννα", "Ελένη", "Γιώργος", "Νίκος", "Μαρία", "Κώστας", "Ιωάννα", "Θάνος"),
        ("Παράδειγμα", "Δείγμα", "Υπόδειγμα", "Δοκιμή", "Πρότυπος"),
        ("Υπουργείο", "Παραδειγμάτων", "Δειγμάτων", "και", "Ινστιτούτο", "Εθνική", "Αρχή", "του"),
    ),
    "Cyrillic": Words(
        ("Анна", "Ольга", "Иван", "Пётр", "Юлия", "Фёдор", "Їванна", "Љубица"),
        ("Примерова", "Образцов", "Макетов", "Пробная", "Зразок"),
        ("Министерство", "примеров", "и", "образцов", "Институт", "связи", "агентство", "Вымышленное"),
    ),
    "Armenian": Words(
        ("Աննա", "Արամ", "Մարիամ", "Գոռ", "Նարե"),
        ("Օրինակ", "Նմուշյան", "Փորձյան", "Կաղապարյան"),
        ("Նախարարություն", "օրինակների", "և", "նմուշների", "ինստիտուտ", "Ազգային"),
    ),
    "Georgian": Words(
        ("ანა", "გიორგი", "ნინო", "ლევან", "თამარ"),
        ("ნიმუში", "მაგალითაძე", "სინჯიშვილი"),
        ("სამინისტრო", "ნიმუშების", "და", "მაგალითების", "ინსტიტუტი", "ეროვნული"),
    ),
    "Hebrew": Words(
        ("חנה", "דוד", "רחל", "יוסף", "נועה"),
        ("דוגמה", "לדוגמא", "ניסיוני", "מופת"),
        ("משרד", "הדוגמאות", "והמופתים", "המכון", "הלאומי", "רשות", "לתקשורת"),
    ),
    "Arabic": Words(
        ("ليلى", "أحمد", "فاطمة", "يوسف", "مريم", "سلمى"),
        ("مثال", "النموذج", "التجريبي", "الخيالي"),
        ("وزارة", "الأمثلة", "والنماذج", "المعهد", "الوطني", "هيئة", "الاتصالات", "الخيالية"),
    ),
    "Devanagari": Words(
        ("अन्ना", "राम", "सीता", "कृष्ण", "मीरा"),
        ("उदाहरण", "नमूना", "परीक्षा"),
        ("मंत्रालय", "उदाहरणों", "और", "नमूनों", "का", "राष्ट्रीय", "संस्थान", "दूरसंचार"),
    ),
    "Thai": Words(
        ("อันนา", "สมชาย", "มาลี", "ประเสริฐ"),
        ("ตัวอย่าง", "ทดลอง", "สมมุติ"),
        ("กระทรวงตัวอย่าง", "และแบบจำลอง", "สถาบันแห่งชาติ", "สำนักงานโทรคมนาคม"),
        "",
    ),
    "Han": Words(
        ("安娜", "伟", "芳", "秀英", "国强", "明月"),
        ("例", "样", "范本", "试"),
        ("样本部", "与示例", "国家研究所", "电信管理局", "虚构网络公司", "和模型"),
        "",
    ),
    "Kana": Words(
        ("アンナ", "さくら", "はると", "ゆい"),
        ("サンプル", "れいだい", "みほん"),
        ("サンプルしょう", "と", "みほん", "けんきゅうじょ", "つうしん", "きょく"),
        "",
    ),
    "Tamil": Words(
        ("அன்னா", "குமார்", "மீனா"),
        ("எடுத்துக்காட்டு", "மாதிரி"),
        ("அமைச்சகம்", "மாதிரிகள்", "மற்றும்", "தேசிய", "நிறுவனம்", "தொலைத்தொடர்பு"),
    ),
}
SHORTEST, LONGEST = 10, 90
"""The characters of an organization's name."""

_PLACES = (
    ("CH", "1211", "Genève", "Rue de l’Exemple"), ("ES", "28001", "Madrid", "Calle del Ejemplo"),
    ("DE", "10115", "Berlin", "Musterstraße"), ("MX", "06000", "Ciudad de México", "Avenida Ficticia"),
    ("GB", "SW1A 1AA", "London", "Sample Street"), ("NL", "1011 AB", "Amsterdam", "Voorbeeldgracht"),
)  # fmt: skip
_SPANISH = frozenset(("ES", "MX"))


def write_script_list(path: Path, count: int) -> Path:
    """Writes a CSV file of ``count`` addressees; a longer list begins like a shorter one."""
    chance = random.Random(312)
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(COLUMNS)
        rows.writerows(_row(number, chance) for number in range(1, count + 1))
    return path


def _row(number: int, chance: random.Random) -> tuple[str, ...]:
    words = SCRIPTS[chance.choice(sorted(SCRIPTS))]
    country, postcode, city, street = chance.choice(_PLACES)
    return (
        f"a-{number:07}",
        "es" if country in _SPANISH else "en",
        chance.choice(("Ms", "Mr", "Dr", "")),
        chance.choice(words.names),
        chance.choice(words.surnames),
        _organization(words, chance),
        f"{street} {chance.randrange(1, 200)}",
        postcode,
        city,
        country,
        f"addressee-{number}@example.com",
        chance.choice(("member-state", "sector-member")),
        f"U4-{chance.randrange(16**6):06X}",
        f"{chance.choice('ABCDEFGH')}-{chance.randrange(1, 40)}",
    )


def _organization(words: Words, chance: random.Random) -> str:
    """A name of a random length."""
    longest = chance.randint(SHORTEST, LONGEST)
    name = chance.choice(words.organizations)
    while len(name) < SHORTEST or len(name) < longest:
        longer = name + words.between + chance.choice(words.organizations)
        if len(longer) > LONGEST:
            break
        name = longer
    return name
