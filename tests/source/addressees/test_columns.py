"""What the heads of a list mean."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from circulars.errors import AddresseesError, CircularsError, UsageError
from circulars.model.addressee import KNOWN_COLUMNS
from circulars.source.addressees import AddresseeList, Checks, column_name, open_list
from circulars.source.addressees.meaning import documented_names, head_meaning, key_of
from conftest import ROOT

PAGE = (ROOT / "docs" / "addressees.md").read_text(encoding="utf-8")
OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Business Street 2,"
    "Business Street 3,Business City,Business State,Business Postal Code,Business Country/Region,Home Street,"
    "Home Street 2,Home Street 3,Home City,Home State,Home Postal Code,Home Country/Region,Other Street,Other Street 2,"
    "Other Street 3,Other City,Other State,Other Postal Code,Other Country/Region,Assistant's Phone,Business Fax,"
    "Business Phone,Business Phone 2,Callback,Car Phone,Company Main Phone,Home Fax,Home Phone,Home Phone 2,ISDN,"
    "Mobile Phone,Other Fax,Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,Account,Anniversary,"
    "Assistant's Name,Billing Information,Birthday,Business Address PO Box,Categories,Children,Directory Server,"
    "E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,E-mail 2 Type,E-mail 2 Display Name,"
    "E-mail 3 Address,E-mail 3 Type,E-mail 3 Display Name,Gender,Government ID Number,Hobby,Home Address PO Box,"
    "Initials,Internet Free Busy,Keywords,Language,Location,Manager's Name,Mileage,Notes,Office Location,"
    "Organizational ID Number,Other Address PO Box,Priority,Private,Profession,Referred By,Sensitivity,Spouse,User 1,"
    "User 2,User 3,User 4,Web Page"
)
GOOGLE = (
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Name Prefix,Name Suffix,E-mail 1 - Type,E-mail 1 - Value,"
    "E-mail 2 - Type,E-mail 2 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - Type,Address 1 - Formatted,"
    "Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,"
    "Address 1 - Country,Address 1 - Extended Address,Address 2 - Type,Address 2 - Formatted,Address 2 - Street,"
    "Address 2 - City,Address 2 - PO Box,Address 2 - Region,Address 2 - Postal Code,Address 2 - Country,"
    "Address 2 - Extended Address,Organization 1 - Type,Organization 1 - Name,Organization 1 - Title"
)
GOOGLE_NOW = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,"
    "Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,"
    "Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,"
    "Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address"
)
THUNDERBIRD = (
    "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Home Phone,"
    "Fax Number,Pager Number,Mobile Number,Home Address,Home Address 2,Home City,Home State,Home ZipCode,Home Country,"
    "Work Address,Work Address 2,Work City,Work State,Work ZipCode,Work Country,Job Title,Department,Organization,"
    "Web Page 1,Web Page 2,Birth Year,Birth Month,Birth Day,Custom 1,Notes"
)
OUTLOOK_IN_FRENCH = (
    "Titre,Prénom,Deuxième prénom,Nom,Suffixe,Société,Service,Titre,Rue (bureau),Rue (bureau) 2,Rue (bureau) 3,"
    "Ville (bureau),Dép/Région (bureau),Code postal (bureau),Pays/Région (bureau),Rue (domicile),Ville (domicile),"
    "Code postal (domicile),Pays/Région (domicile),Adresse de messagerie,Adresse de messagerie 2"
)
OUTLOOK_IN_CHINESE = (
    "英文称谓,名,中间名,姓,中文称谓,单位,部门,职务,商务地址 街道,商务地址 街道 2,商务地址 市/县,商务地址 省/市/自治区,"
    "商务地址 邮政编码,商务地址 国家/地区,住宅地址 街道,住宅地址 市/县,住宅地址 邮政编码,电子邮件地址,电子邮件 2 地址,"
    "商务地址 - 邮箱,语言"
)


def listed(folder: Path, heads: str, *rows: Mapping[str, str], columns: tuple[str, ...] = ()) -> AddresseeList:
    """A list with these heads, and rows with the cells that are given by head; each row has an id."""
    named = heads.split(",")
    lines = [f"id,{heads}"]
    for number, row in enumerate(rows, 1):
        assert set(row) <= set(named)
        cells = [row.get(head, "") if head not in named[:place] else "" for place, head in enumerate(named)]
        lines.append(",".join([f"a{number}", *(f'"{cell}"' for cell in cells)]))
    (folder / "list.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_list("list.csv", columns=columns, folder=folder)


def filled(addressees: AddresseeList) -> list[dict[str, str]]:
    """The known columns of each addressee that are not empty, without the id."""
    return [
        {name: cell for name, cell in one.columns.items() if cell and name in KNOWN_COLUMNS and name != "id"}
        for one in addressees
    ]


def problems(folder: Path, heads: str, *rows: Mapping[str, str], columns: tuple[str, ...] = ()) -> list[str]:
    """The problems of a header row, in words."""
    with pytest.raises(CircularsError) as caught:
        listed(folder, heads, *rows, columns=columns)
    return [str(problem) for problem in caught.value.problems]


NAMES = [
    (field, language, name)
    for field, languages in documented_names().items()
    for language, names in languages.items()
    for name in names
]


@pytest.mark.parametrize(("field", "language", "name"), NAMES)
def test_each_documented_name_is_understood(field: str, language: str, name: str) -> None:
    """The page has a table of all names, and each means what its row says."""
    table = PAGE[PAGE.index("### Names of columns") :]

    assert head_meaning(name).field == field
    assert name in next(line for line in table.splitlines() if line.startswith(f"| `{field}` |"))


def test_no_name_has_two_meanings() -> None:
    """Capitals, accents and signs do not make another name."""
    meanings: dict[str, set[str]] = {}
    for field, _, name in NAMES:
        meanings.setdefault(key_of(name), set()).add(field)

    assert [key for key, fields in meanings.items() if len(fields) > 1] == []


def test_usual_heads_become_the_columns_of_the_program(tmp_path: Path) -> None:
    """The list of an office, as it is."""
    heads = "language,Salutation,First Name,Last Name,Company,Street,ZIP,Town,Country,Email address"
    cells = ("en", "Ms", "Ana", "Ejemplo", "Beispiel AG", "Weg 1", "01200", "Bern", "CH", "ana@example.org")
    addressees = listed(tmp_path, heads, dict(zip(heads.split(","), cells, strict=True)))

    assert filled(addressees) == [
        {
            "language": "en", "title": "Ms", "name": "Ana", "surname": "Ejemplo", "organization": "Beispiel AG",
            "address": "Weg 1", "postcode": "01200", "city": "Bern", "country": "CH", "email": "ana@example.org",
        }
    ]  # fmt: skip
    assert [(one.column, one.words) for one in addressees.understood.read][:3] == [
        ("title", "'Salutation'"),
        ("name", "'First Name'"),
        ("surname", "'Last Name'"),
    ]


def test_nothing_is_said_of_the_programs_own_names(tmp_path: Path) -> None:
    """Capitals, spaces and hyphens make no other name."""
    addressees = listed(tmp_path, "Language,NAME,E-mail,Post-code")

    assert addressees.columns == ("id", "language", "name", "email", "postcode")
    assert addressees.understood.read == ()


@pytest.mark.parametrize(
    "heads",
    [
        "Tratamiento,Nombre,Primer apellido,Segundo apellido,Empresa,Calle,C.P.,Población,Provincia,País,Correo",
        "Civilité,Prénom,Nom,Société,Rue,Code postal,Ville,Pays,Courriel",
        "Имя,Отчество,Фамилия,Организация,Улица,Индекс,Город,Область,Страна,Электронная почта",
        "لقب,الاسم الأول,اسم العائلة,المؤسسة,الشارع,الرمز البريدي,المدينة,البلد,البريد الإلكتروني",
        "称谓,姓,名,单位,街道,邮编,城市,省份,国家,电子邮箱",
    ],
)
def test_a_list_in_another_language_is_understood_whole(tmp_path: Path, heads: str) -> None:
    """No column of it is left unused."""
    addressees = listed(tmp_path, heads, dict.fromkeys(heads.split(","), "x"))

    assert addressees.understood.others == {}
    assert {"name", "surname", "organization", "address", "postcode", "city", "country", "email"} <= {
        *filled(addressees)[0]
    }


def test_outlooks_export_gives_a_person_at_work_or_at_home(tmp_path: Path) -> None:
    """The business address comes first where there is a company, and the home address elsewhere."""
    both = {
        "First Name": "Ana", "Middle Name": "B.", "Last Name": "Ejemplo", "Suffix": "Jr.", "Business Street": "Weg 1",
        "Business Street 2": "2. Stock", "Business City": "Bern", "Business Postal Code": "3000",
        "Business Country/Region": "CH", "Home Street": "Calle Menor 2", "Home City": "Madrid",
        "Home Country/Region": "ES", "E-mail 2 Address": "ana@example.org",
    }  # fmt: skip
    box = {"Last Name": "Muster", "Company": "Muster AG", "Business Address PO Box": "12", "Business City": "Bern"}

    found = filled(listed(tmp_path, OUTLOOK, {**both, "Company": "Beispiel AG"}, both, box))

    assert [one.get("address") for one in found] == ["Weg 1\n2. Stock", "Calle Menor 2", "PO Box 12"]
    assert [one.get("country", "") for one in found] == ["CH", "ES", ""]
    assert found[0]["name"] == "Ana B."
    assert found[0]["suffix"] == "Jr."
    assert found[0]["email"] == "ana@example.org"


def test_what_outlook_exports_besides_is_left_unused_and_named(tmp_path: Path) -> None:
    """Nothing vanishes: each of the heads is a column, a part of one, or named as unused."""
    addressees = listed(tmp_path, OUTLOOK)
    read = {head for one in addressees.understood.read for head in one.heads}

    others = {*addressees.understood.others.values()}
    assert {"Job Title", "Business Phone", "Spouse", "Web Page"} <= others
    assert read | others | {"Title", "Suffix", "Language"} == {*OUTLOOK.split(",")}


def test_googles_export_of_before_says_which_address_is_at_work(tmp_path: Path) -> None:
    """The second address is chosen where there is an organization, because it is the one at work."""
    row = {
        "Name": "Dr. Ana Ejemplo", "Given Name": "Ana", "Family Name": "Ejemplo", "Name Prefix": "Dr.",
        "Address 1 - Type": "Home", "Address 1 - Street": "Calle Menor 2", "Address 1 - City": "Madrid",
        "Address 2 - Type": "* Work", "Address 2 - Street": "Weg 1", "Address 2 - City": "Bern",
        "E-mail 1 - Value": "ana@example.org",
    }  # fmt: skip
    other = {"Name": "Max Mustermann"}

    found = filled(listed(tmp_path, GOOGLE, {**row, "Organization 1 - Name": "Beispiel AG"}, row, other))

    assert [one.get("city") for one in found] == ["Bern", "Madrid", None]
    assert [one["name"] for one in found] == ["Ana", "Ana", "Max Mustermann"]
    assert found[0]["title"] == "Dr."


@pytest.mark.parametrize("heads", [GOOGLE_NOW, THUNDERBIRD, OUTLOOK_IN_FRENCH, OUTLOOK_IN_CHINESE])
def test_other_exports_give_name_and_address(tmp_path: Path, heads: str) -> None:
    """Google Contacts as it is now, Thunderbird, and Outlook in other languages."""
    addressees = listed(tmp_path, heads)

    assert {"name", "surname", "organization", "address", "postcode", "city", "country", "email"} <= {
        *addressees.columns
    }


def test_a_number_of_a_house_stands_where_the_country_has_it(tmp_path: Path) -> None:
    """It precedes the street in Great Britain and follows it in Switzerland."""
    heads = "Street,House no.,Town,Country"
    rows = [dict(zip(heads.split(","), ("Main", "1", "X", country), strict=True)) for country in ("GB", "CH")]

    assert [one["address"] for one in filled(listed(tmp_path, heads, *rows))] == ["1 Main", "Main 1"]


def test_a_column_of_openings_stays_the_salutation(tmp_path: Path) -> None:
    """The cells decide what 'Salutation' means, and empty ones decide nothing."""
    rows = [{"Salutation": "Dear Ana,"}, {"Salutation": ""}]

    assert filled(listed(tmp_path, "Salutation", *rows))[0] == {"salutation": "Dear Ana,"}


def test_a_title_beside_a_salutation_of_titles_is_a_post(tmp_path: Path) -> None:
    """In lists of customers 'Title' is what somebody does."""
    rows = [{"Salutation": "Ms.", "Title": "Head of Sales"}, {"Salutation": "Mr.", "Title": "Clerk"}]
    addressees = listed(tmp_path, "Salutation,Title", *rows)

    assert [one["title"] for one in filled(addressees)] == ["Ms.", "Mr."]
    assert addressees.understood.others == {"title-2": "Title"}


def test_two_heads_of_one_meaning_are_a_problem_that_an_argument_settles(tmp_path: Path) -> None:
    """The user chooses; the other column is left unused."""
    heads = "Email,E-mail address"
    row = {"Email": "a@example.org", "E-mail address": "b@example.org"}

    assert problems(tmp_path, heads) == [
        "list.csv:1:3  column-twice  the header row names one column twice: 'Email' and 'E-mail address' "
        '(columns 2 and 3)\n    hint: give each column a different name; columns="email=Email" chooses one'
    ]
    chosen = listed(tmp_path, heads, row, columns=("email=E-mail address",))
    assert filled(chosen) == [{"email": "b@example.org"}]
    assert chosen.understood.others == {"email-2": "Email"}


def test_a_setting_puts_lines_and_words_together(tmp_path: Path) -> None:
    """A comma begins a line, and a plus sign joins with a space. The heads are not used for anything else."""
    heads = "Street,ZIP,Town"
    addressees = listed(
        tmp_path, heads, {"Street": "Weg 1", "ZIP": "3000", "Town": "Bern"}, columns=("address=Street,ZIP+Town",)
    )

    assert filled(addressees) == [{"address": "Weg 1\n3000 Bern"}]
    assert addressees.understood.settled == ("address=Street,ZIP+Town",)


def test_a_setting_gives_a_letter_a_column_of_its_own(tmp_path: Path) -> None:
    """A head with a comma is written in quotation marks."""
    (tmp_path / "list.csv").write_text('id,"Seat, no."\na1,7\n', encoding="utf-8")

    addressees = open_list("list.csv", columns=('seat="Seat, no."',), folder=tmp_path)

    assert next(iter(addressees)).columns == {"id": "a1", "seat": "7"}


def test_a_file_beside_the_list_settles_its_columns(tmp_path: Path) -> None:
    """An argument wins over the file."""
    (tmp_path / "list.columns.yaml").write_text("columns:\n  address: [Street, ZIP+Town]\n  name: Who\n")
    row = {"Street": "Weg 1", "ZIP": "3000", "Town": "Bern", "Who": "Ana", "Other": "Max"}

    found = filled(listed(tmp_path, "Street,ZIP,Town,Who,Other", row))
    assert found == [{"address": "Weg 1\n3000 Bern", "name": "Ana"}]
    assert filled(listed(tmp_path, "Street,ZIP,Town,Who,Other", row, columns=("name=Other",)))[0]["name"] == "Max"


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("Street", "wrong-columns  'Street' does not say what a column is made of"),
        ("address=Street,", "wrong-columns  'address=Street,' does not say what a column is made of"),
        ("adress=Street", "unknown-column  'adress' is not a column that the program knows\n    hint: did you mean"),
        (
            "address=Stret",
            "list.csv:1:1  unknown-column  address: the list has no column 'Stret'\n    hint: did you mean",
        ),
    ],
)
def test_a_wrong_setting_is_a_problem(tmp_path: Path, setting: str, problem: str) -> None:
    """It says what is wrong, and what may have been meant."""
    assert problems(tmp_path, "Street", columns=(setting,))[0].startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("address: Street\n", "list.columns.yaml:1:1  wrong-columns  this file has one key, 'columns'"),
        ("columns:\n  adress: Street\n", "list.columns.yaml:2:11  unknown-column  'adress' is not a column"),
        ("columns:\n  address: [Stret]\n", "list.columns.yaml:2:12  unknown-column  address: the list has no column"),
        ("columns:\n  address: {a: b}\n", "list.columns.yaml:2:12  wrong-columns  'address' does not say"),
        ("columns:\n  address: [[Street], Town]\n", "list.columns.yaml:2:12  wrong-columns  'address' does not say"),
        ("columns: [\n", "list.columns.yaml:"),
    ],
)
def test_a_wrong_file_beside_the_list_is_a_problem(tmp_path: Path, text: str, problem: str) -> None:
    """It is reported with its line."""
    (tmp_path / "list.columns.yaml").write_text(text)

    assert problems(tmp_path, "Street")[0].startswith(problem)


def test_a_file_beside_the_list_that_is_not_yaml_is_a_problem_of_the_list(tmp_path: Path) -> None:
    """Who opens a list need not know the errors of letters."""
    (tmp_path / "list.columns.yaml").write_text("columns: [\n")
    (tmp_path / "list.csv").write_text("id,Street\n")

    with pytest.raises(AddresseesError, match="yaml-syntax"):
        open_list("list.csv", folder=tmp_path)


def test_places_are_those_of_the_cells(tmp_path: Path) -> None:
    """A column that is made of several cells is at the first of them."""
    addressees = listed(tmp_path, "ZIP,Town,Street,Street 2")

    assert addressees.place(2, "address").column == 4
    assert addressees.place(2, "postcode").column == 2


def test_the_names_of_other_columns_stay(tmp_path: Path) -> None:
    """A letter shows them as before."""
    addressees = listed(tmp_path, "Seat no.,Town", {"Seat no.": "7", "Town": "Bern"})

    assert next(iter(addressees)).columns == {"id": "a1", "seat-no": "7", "city": "Bern"}
    assert addressees.understood.others == {"seat-no": "Seat no."}
    assert column_name("Seat no.") == "seat-no"


def test_an_address_of_two_kinds_is_a_problem(tmp_path: Path) -> None:
    """'Address' and 'Street' may be the same or two lines; the user says which."""
    with pytest.raises(AddresseesError, match="two columns may be 'address': 'Address' and 'Street'"):
        listed(tmp_path, "Address,Street")
    with pytest.raises(UsageError):
        listed(tmp_path, "Address,Street", columns=("address",))
    assert filled(
        listed(tmp_path, "Address,Street", {"Address": "c/o X", "Street": "Weg 1"}, columns=("address=Address,Street",))
    ) == [{"address": "c/o X\nWeg 1"}]


def test_keys_of_yaml_have_the_same_names(tmp_path: Path) -> None:
    """The parts of an address are put together there, too."""
    text = "- {id: a1, Street: Weg 1, Street 2: 2. Stock, ZIP: 3000, Town: Bern, Company: Muster AG}\n"
    (tmp_path / "list.yaml").write_text(text, encoding="utf-8")

    addressees = open_list("list.yaml", folder=tmp_path)

    assert filled(addressees) == [
        {"address": "Weg 1\n2. Stock", "postcode": "3000", "city": "Bern", "organization": "Muster AG"}
    ]


def test_state_without_an_address_is_not_a_region(tmp_path: Path) -> None:
    """It may be the state of an application."""
    assert listed(tmp_path, "name,State").understood.others == {"state": "State"}
    assert listed(tmp_path, "City,State").columns == ("id", "city", "region")


def test_other_lines_of_an_address_stand_where_they_belong(tmp_path: Path) -> None:
    """A number alone gets the words of its head."""
    heads = "c/o,Street,Suite,Floor,PO Box"
    row = {"c/o": "Muster", "Street": "Main 1", "Suite": "4", "Floor": "2nd floor", "PO Box": "12"}

    assert filled(listed(tmp_path, heads, row)) == [{"address": "c/o Muster\nMain 1\nSuite 4\n2nd floor\nPO Box 12"}]


def test_the_first_of_googles_e_mail_addresses_in_one_cell_counts(tmp_path: Path) -> None:
    """The others are as unused as those in further columns."""
    addressees = listed(tmp_path, "E-mail 1 - Value", {"E-mail 1 - Value": "a@example.org ::: b@example.org"})

    assert filled(addressees) == [{"email": "a@example.org"}]


def test_a_number_is_the_id_or_that_of_a_house(tmp_path: Path) -> None:
    """After a street it is that of a house; beside another id it stays a column of its own."""
    for head, columns in (
        ("No.,Street", ("id", "address")),
        ("Member no.,Street,No.", ("id", "address")),
        ("id,No.", ("id", "no")),
    ):
        (tmp_path / "list.csv").write_text(f"{head}\n1,2,3\n", encoding="utf-8")
        assert open_list("list.csv", folder=tmp_path).columns == columns


def test_an_opening_among_titles_is_a_problem_of_its_row(tmp_path: Path) -> None:
    """Most cells decide, and the others are reported, unless the user settles it."""
    rows = [{"Salutation": cell} for cell in ("Ms", "Mr", "Dear Ana", "")]
    addressees = listed(tmp_path, "Salutation", *rows)
    checks = Checks(addressees, [], ("en",), "en")
    found = [problem for addressee in addressees for problem in checks.problems(addressee)]

    assert [str(problem) for problem in found] == [
        "list.csv:4:2  mixed-salutations  title: 'Dear Ana' is not a known title, and most cells of this column are "
        'titles\n    hint: correct it; columns="title=Salutation" reads all of them as titles; '
        'columns="salutation=Salutation" reads all of them as openings of letters'
    ]
    settled = listed(tmp_path, "Salutation", *rows, columns=("title=Salutation",))
    checks = Checks(settled, [], ("en",), "en")
    assert [problem for addressee in settled for problem in checks.problems(addressee)] == []


def test_a_title_among_openings_is_a_problem_of_its_row(tmp_path: Path) -> None:
    """A letter must not open with "Ms"."""
    addressees = listed(tmp_path, "Salutation", *({"Salutation": cell} for cell in ("Dear Ana,", "Dear Ben,", "Ms")))
    checks = Checks(addressees, [], ("en",), "en")

    assert [problem.where.line for one in addressees for problem in checks.problems(one)] == [4]


def test_a_list_without_an_id_is_told_how_to_get_one(tmp_path: Path) -> None:
    """None is made up: a row's number changes when rows are sorted."""
    (tmp_path / "list.csv").write_text("First Name,Town\nAna,Bern\n", encoding="utf-8")
    (problem,) = Checks(open_list("list.csv", folder=tmp_path), [], ("en",), "en").head()

    assert problem.code == "missing-column"
    assert problem.hint.startswith("add one (in Excel: insert a column")
    assert problem.choices[0].value == "id=HEAD"


def test_a_letter_that_names_a_part_is_told_the_column(tmp_path: Path) -> None:
    """'Street' is the address in every list."""
    (problem,) = Checks(listed(tmp_path, "Street"), ["street"], ("en",), "en").head()

    assert problem.hint == "write 'address' in the letter: columns have the same names in all languages"


def test_a_file_beside_the_list_cannot_make_gigabytes_of_a_row(tmp_path: Path) -> None:
    """A head may be used five times in all settings, and other files of YAML are refused as letters are."""
    (tmp_path / "list.columns.yaml").write_text(f"columns:\n  address: [{', '.join(['Street'] * 6)}]\n")
    assert problems(tmp_path, "Street")[0].startswith(
        "list.columns.yaml:2:12  wrong-columns  'Street' is used more than"
    )

    (tmp_path / "list.columns.yaml").write_text("columns: !!python/object:os.system {}\n")
    assert problems(tmp_path, "Street")[0].startswith("list.columns.yaml:1:10  yaml-tag")


def test_a_long_cell_is_not_remembered_as_a_head() -> None:
    """Cells that may be heads are looked up, and a list may have many long ones."""
    assert head_meaning("street" * 100_000).field == ""
    assert column_name("Street " * 20) == "-".join(["street"] * 20)
