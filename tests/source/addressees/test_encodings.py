"""The encodings of lists that are text."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from circulars.errors import AddresseesError, Problem, UsageError
from circulars.source.addressees import AddresseeList, open_list

HEAD = "id,language,surname,organization,address,city\n"
GERMAN = [
    "Müller",
    "Grün",
    "Schäfer",
    "Größer",
    "Jäger",
    "Köhler",
    "Weiß",
    "Übel",
    "Söhne & Töchter",
    "Düsseldorf",
    "Österreich",
    "Königstraße 3",
    "Brüder",
    "Häuser",
    "Fröhlich",
    "Universität",
    "Nürnberg",
    "Straße 5",
    "Öhringen",
]
FRENCH = ["François", "Lefèvre", "Zoé", "Château 5", "Forêt", "Noël", "Hélène", "Archevêque", "Thérèse", "Besançon"]
SPANISH = ["Muñoz", "Peña", "José", "Martínez", "Íñigo", "Telefónica", "Castañeda", "Núñez", "Avilés", "Coruña"]
POLISH = ["Łukasz", "Wałęsa", "Kraków", "Łódź", "Gdańsk", "Świątek", "Żółkiewski", "Dąbrowska", "Poznań", "Więcek"]
CZECH = ["Dvořák", "Růžička", "Žižkov", "Plzeň", "Šťastný", "Příbram", "Černý", "Jiří", "Mladá", "Kovářová"]
RUSSIAN = [
    "Иванов",
    "Москва",
    "Петрова",
    "улица Мира 5",
    "Ольга",
    "Новгород",
    "Ёлкин",
    "Сергеевич",
    "Щукина",
    "Общество",
]
ARABIC = ["محمد", "القاهرة", "شارع النيل", "فاطمة", "الرياض", "مكتبة", "عبد الله", "الجزائر", "وزارة", "المغرب"]
CHINESE = (
    "王伟 北京市 上海 中国 张小明 长江路五号 大学 陈芳 广州 李娜 中国信息通信研究院 "
    "新华书店 解放路一百号 赵敏 工业和信息化部 刘洋 杭州市西湖区 "
    "周杰 成都 徐丽 电信有限公司 学院路 行政中心 云南省 郑州 孙悦 黄河大街 武汉市 南京 西安"
).split()
WRITTEN = {
    "cp1252": [GERMAN, FRENCH, SPANISH, GERMAN + FRENCH],
    "cp1250": [POLISH, CZECH, POLISH + GERMAN],
    "cp1251": [RUSSIAN],
    "mac_roman": [GERMAN, FRENCH, SPANISH],
    "cp1256": [ARABIC, ARABIC + FRENCH],
    "gb18030": [CHINESE],
    "utf-16": [GERMAN, RUSSIAN, CHINESE],
    "utf-16-le": [GERMAN, FRENCH],
    "utf-16-be": [GERMAN],
    "utf-8": [GERMAN, RUSSIAN, CHINESE],
    "utf-8-sig": [GERMAN],
}


def listed(folder: Path, data: bytes, name: str = "list.csv", *, encoding: str = "") -> AddresseeList:
    (folder / name).write_bytes(data)
    return open_list(name, folder=folder, encoding=encoding)


def text_of(words: list[str], rows: int, seed: int = 1) -> str:
    """A list with words drawn from some, always the same for a seed."""
    chance = random.Random(seed)
    drawn = ([str(n), "en", *(chance.choice(words) for _ in range(4))] for n in range(rows))
    return HEAD + "".join(",".join(cells) + "\n" for cells in drawn)


def cells(addressees: AddresseeList) -> list[tuple[str, ...]]:
    return [tuple(addressee.columns.values()) for addressee in addressees]


def refusal(folder: Path, data: bytes) -> Problem:
    with pytest.raises(AddresseesError) as caught:
        list(listed(folder, data))
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("encoding", WRITTEN)
def test_a_list_is_read_in_the_encoding_that_its_bytes_show(tmp_path: Path, encoding: str) -> None:
    """What is read is what was written; a remark names the encoding if it is not certain by a mark."""
    for words in WRITTEN[encoding]:
        text = text_of(words, 60)

        found = listed(tmp_path, text.encode(encoding))

        assert cells(found) == [tuple(line.split(",")) for line in text.splitlines()[1:]]
        has_mark = encoding in ("utf-8", "utf-8-sig", "utf-16")
        assert [one.code for one in found.remarks()] == ([] if has_mark else ["read-as"])


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 10, 30])
def test_no_list_is_read_in_a_wrong_encoding(tmp_path: Path, rows: int) -> None:
    """A list that is too short to be certain is refused; a wrong letter would go unnoticed."""
    wrong, read = [], 0
    for encoding, words in ((name, words) for name, lists in WRITTEN.items() for words in lists):
        for seed in range(6):
            text = text_of(words, rows, seed)
            try:
                found = cells(listed(tmp_path, text.encode(encoding)))
            except AddresseesError:
                continue
            read += 1
            if found != [tuple(line.split(",")) for line in text.splitlines()[1:]]:
                wrong.append((encoding, seed))

    assert wrong == []
    assert read > 50


def test_words_that_are_the_same_in_all_encodings_need_no_decision(tmp_path: Path) -> None:
    """ "Müller" is the same in Windows-1252, 1250 and 1254, and no word in any other encoding."""
    found = listed(tmp_path, (HEAD + "1,de,Müller,Grün,Weg 1,Köln\n").encode("cp1252"))

    assert [addressee.columns["surname"] for addressee in found] == ["Müller"]
    (remark,) = found.remarks()
    assert remark.message == "this file is not UTF-8; it is read as Windows-1252: 'Müller', 'Grün', 'Köln'"


def test_what_is_not_certain_is_shown_as_each_encoding_would_read_it(tmp_path: Path) -> None:
    """The clerk sees which reading is right, and the option for it."""
    problem = refusal(tmp_path, (HEAD + "1,en,Ejemplo,Org,Weg 1,Møn\n").encode("cp1252"))

    assert (problem.code, problem.where.line, problem.where.column) == ("not-utf-8", 2, 25)
    assert {choice.value: choice.effect for choice in problem.choices}["windows-1252"] == "reads 'Møn'"
    assert len({choice.effect for choice in problem.choices}) == len(problem.choices) > 1


def test_an_encoding_can_be_named(tmp_path: Path) -> None:
    """By its usual name or another one; it needs no remark."""
    data = (HEAD + "1,en,Ejemplo,Org,Weg 1,Møn\n").encode("cp1252")

    for name in ("windows-1252", "Windows-1252", "cp1252", "latin-1"):
        found = listed(tmp_path, data, encoding=name)
        assert [addressee.columns["city"] for addressee in found] == ["Møn"]
        assert found.remarks() == ()
    assert [one.columns["city"] for one in listed(tmp_path, data, encoding="windows-1251")] == ["Mшn"]


def test_entries_and_cards_have_encodings_too(tmp_path: Path) -> None:
    """All lists that are text are read in the same way."""
    data = "- {id: 1, language: de, surname: Müller, city: Köln, organization: Grün}\n".encode("cp1252")
    assert [one.columns["city"] for one in listed(tmp_path, data, "list.yaml")] == ["Köln"]
    card = "BEGIN:VCARD\nVERSION:3.0\nUID:1\nN:Иванов;Ольга\nEND:VCARD\n".encode("cp1251")
    assert [one.columns["surname"] for one in listed(tmp_path, card, "list.vcf", encoding="cp1251")] == ["Иванов"]


def test_damaged_utf_8_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    """A row that another program added in Windows-1252 would make nonsense of all others."""
    text = (HEAD + "1,en,Müller,Grün,Weg 1,Köln\n2,en,Zoé,Org,Weg 1,Genève\n").encode()

    problem = refusal(tmp_path, text + "3,en,Müller,Org,Weg 1,Bern\n".encode("cp1252"))

    assert (problem.code, problem.where.line, problem.where.column) == ("not-utf-8", 4, 7)


def test_bytes_that_are_no_characters_of_the_named_encoding_are_reported(tmp_path: Path) -> None:
    """The place is that of the first one."""
    (tmp_path / "list.csv").write_bytes((HEAD + "1,en,Ana,Org,Weg 1,Bern\n").encode() + b"2,en,\xd2,Org,Weg 1,Bern\n")
    with pytest.raises(AddresseesError, match=r"list\.csv:3:6  wrong-encoding  the byte 0xD2 .* is not Windows-1253"):
        list(open_list("list.csv", encoding="windows-1253", folder=tmp_path))


def test_utf_16_can_be_named_with_and_without_a_mark(tmp_path: Path) -> None:
    """Python's codec for it would refuse a file without a mark."""
    for codec in ("utf-16", "utf-16-le", "utf-16-be"):
        found = listed(tmp_path, text_of(RUSSIAN, 3).encode(codec), encoding="utf-16")
        assert cells(found) == [tuple(line.split(",")) for line in text_of(RUSSIAN, 3).splitlines()[1:]]
    with pytest.raises(AddresseesError, match="this file is not in UTF-16"):
        listed(tmp_path, text_of(GERMAN, 3).encode(), encoding="utf-16")


@pytest.mark.parametrize("name", ["windows-1259", "", "rot13", "hex", "idna", "unicode_escape", "x" * 1000, "\0"])
def test_only_encodings_of_texts_can_be_named(tmp_path: Path, name: str) -> None:
    """Python has codecs that are something else."""
    (tmp_path / "list.csv").write_text(HEAD)
    if not name:
        assert list(open_list("list.csv", encoding=name, folder=tmp_path)) == []
        return
    with pytest.raises(UsageError, match="unknown-encoding"):
        open_list("list.csv", encoding=name, folder=tmp_path)


def test_a_workbook_has_no_encoding_to_name(tmp_path: Path) -> None:
    """It is always UTF-8."""
    with pytest.raises(UsageError, match="only a list that is text has an encoding"):
        open_list("list.xlsx", encoding="cp1252", folder=tmp_path)


def test_a_letter_that_only_the_last_row_has_is_decided_too(tmp_path: Path) -> None:
    """Two encodings may agree on all other rows: a row with a new byte is always looked at."""
    rows = "".join(f"{n},de,Müller,Grün,Weg 1,Köln\n" for n in range(1_000))

    found = listed(tmp_path, (HEAD + rows + "x,de,Schäfer,Jäger,Hauptstraße 5,Weißenfels\n").encode("cp1252"))

    assert list(found)[-1].columns["city"] == "Weißenfels"


def test_rejected_rows_of_an_old_encoding_are_written_in_utf_8(tmp_path: Path) -> None:
    """A few rows may be too short to find out their encoding again, and the reasons have other letters."""
    found = listed(tmp_path, text_of(RUSSIAN, 30).encode("cp1251"))

    assert found.written
    assert found.written.style
    assert (found.written.style.encoding, found.written.style.has_bom) == ("utf-8", True)
    assert next(iter(found.written.rows()))[1][0] == "id"


OUTLOOK_IN_FRENCH = (
    "N° membre;Titre;Prénom;Deuxième prénom;Nom;Société;Rue (bureau);Ville (bureau);Dép/Région (bureau);Langue\n"
    "1;Mme;Hélène;;Lefèvre;Société Générale;12 rue de l'Église;Orléans;Centre;Français\n"
)


@pytest.mark.parametrize(
    ("text", "codec", "column", "cell"),
    [
        (OUTLOOK_IN_FRENCH, "cp1252", "address", "12 rue de l'Église"),
        ("id,语言,姓名,单位\n1,zh,王小明,工业和信息化部\n", "gb18030", "organization", "工业和信息化部"),
        ("id;language;name;city\n1;en;Şükrü;İstanbul\n2;en;Işıl;Eskişehir\n", "cp1254", "city", "İstanbul"),
    ],
)
def test_a_short_list_is_read_if_its_heads_or_words_leave_no_doubt(
    tmp_path: Path, text: str, codec: str, column: str, cell: str
) -> None:
    """A head that is understood is no chance, and no word has letters of two alphabets ("l'ةglise")."""
    first = next(iter(listed(tmp_path, text.encode(codec))))

    assert first.columns[column] == cell
