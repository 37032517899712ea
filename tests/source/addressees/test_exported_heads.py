"""The heads that programs of offices export are understood whole: no part of an address is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from circulars.errors import AddresseesError
from circulars.model.addressee import KNOWN_COLUMNS
from circulars.source.addressees import open_list

EXPORTS = {
    "Dynamics": (
        "(Do Not Modify) Contact,Salutation,First Name,Last Name,Company Name,Address 1: Street 1,Address 1: Street 2,"
        "Address 1: ZIP/Postal Code,Address 1: City,Address 1: State/Province,Address 1: Country/Region,Language",
        "8f1,Ms,Ana,Ejemplo,Org,Weg 1,Floor 2,3001,Bern,BE,Switzerland,en",
        "8f1 Ms Ana Ejemplo Org Weg 1/Floor 2 3001 Bern BE CH en",
    ),
    "SAP": (
        "Business Partner,Form of Address,First Name,Last Name,Name 1,Name 2,Street,House Number,Postal Code,City,"
        "Region,Country/Region Key,Language Key",
        "0000100235,Ms.,Erika,Muster,Beispiel,Holding SE,Ring,3,01067,Dresden,SN,DE,en",
        "0000100235 Ms. Erika Muster Beispiel/Holding SE Ring 3 01067 Dresden SN DE en",
    ),
    "SAP in Spanish": (
        "Interlocutor comercial,Tratamiento,Nombre de pila,Apellido,Nombre 1,Calle,Número de edificio,Código postal,"
        "Población,Clave de país,Clave de idioma",
        "17,Sra.,Ana,Núñez,Ejemplo S.A.,Calle Uno,3,41001,Sevilla,ES,es",
        "17 Sra. Ana Núñez Ejemplo S.A. Calle Uno 3 41001 Sevilla ES es",
    ),
    "SAP in French": (
        "Partenaire commercial,Civilité,Prénom,Nom de famille,Nom 1,Rue,Numéro de rue,Code postal,Localité,"
        "Clé de pays,Clé de langue",
        "18,Mme,Zoé,Dupont,Société Exemple,rue Un,12,75002,Paris,FR,fr",
        "18 Mme Zoé Dupont Société Exemple 12 rue Un 75002 Paris FR fr",
    ),
    "German heads": (
        "Kundennummer,Anrede,Vorname,Nachname,Firma,Straße,Hausnummer,PLZ,Ort,Land,Sprache,E-Mail",
        "100234,Herr,Max,Muster,Beispiel AG,Hauptstraße,12a,80331,München,DE,en,max@example.org",
        "100234 Herr Max Muster Beispiel AG Hauptstraße 12a 80331 München DE en max@example.org",
    ),
    "Outlook in Spanish, at home": (
        "Id,Título,Nombre,Apellidos,Calle del domicilio,Ciudad de residencia,Provincia o estado de residencia,"
        "Código postal de residencia,País o región del domicilio,Idioma",
        "1,Sra.,Ana,Núñez,Calle 1,Sevilla,Sevilla,41001,España,es",
        "1 Sra. Ana Núñez Calle 1 Sevilla Sevilla 41001 ES es",
    ),
    "Google in Spanish": (
        "id,Nombre,Apellidos,Prefijo del nombre,Nombre de la organización,Correo electrónico 1 - Valor,"
        "Dirección 1 - Calle,Dirección 1 - Ciudad,Dirección 1 - Código postal,Dirección 1 - País,Idioma",
        "1,Ana,Núñez,Sra.,Ejemplo S.A.,a@example.org ::: b@example.org,Calle 1,Madrid,28001,España,es",
        "1 Ana Núñez Sra. Ejemplo S.A. a@example.org Calle 1 Madrid 28001 ES es",
    ),
    "Google in French": (
        "id,Prénom,Nom de famille,Préfixe du nom,Nom de l’organisation,Adresse 1 - Rue,Adresse 1 - Ville,"
        "Adresse 1 - Code postal,Adresse 1 - Pays,Langue",
        "1,Zoé,Dupont,Mme,Société,12 rue Un,Paris,75002,France,en",
        "1 Zoé Dupont Mme Société 12 rue Un Paris 75002 FR en",
    ),
    "Outlook in German": (
        "Mitgliedsnr.,Anrede,Vorname,Weitere Vornamen,Nachname,Suffix,Firma,Straße geschäftlich,Straße geschäftlich 2,"
        "Ort geschäftlich,Region geschäftlich,Postleitzahl geschäftlich,Land/Region geschäftlich,Straße privat,"
        "Ort privat,Bundesland/Kanton privat,Postleitzahl privat,Land/Region privat,Weitere Straße,Weiterer Ort,"
        "Weiteres/e Bundesland/Kanton,Weitere Postleitzahl,Weiteres/e Land/Region,E-Mail-Adresse,Sprache",
        "7,Herr,Max,,Muster,,Beispiel AG,Weg 1,2. Stock,Bern,BE,3001,Schweiz,Gasse 2,Thun,BE,3600,Schweiz,,,,,,"
        "max@example.org,de",
        "7 Herr Max Muster Beispiel AG Weg 1/2. Stock Bern BE 3001 CH max@example.org de",
    ),
    "HubSpot": (
        "Record ID,First Name,Primary Associated Company,Street Address,City,Postal Code,Country/Region,Language",
        "101,María,Ejemplo S.A.,Calle 5,Madrid,28013,Spain,es",
        "101 María Ejemplo S.A. Calle 5 Madrid 28013 ES es",
    ),
    "Access": (
        "ContactID,Lang,FirstName,CompanyName,Address1,Address2,City,PostalCode,Country,EmailName",
        "1,en,Ana,Beispiel AG,Weg 1,Floor 2,Bern,3001,CH,ana@example.org",
        "1 en Ana Beispiel AG Weg 1/Floor 2 Bern 3001 CH ana@example.org",
    ),
}


@pytest.mark.parametrize("export", EXPORTS)
def test_an_export_is_read_whole(tmp_path: Path, export: str) -> None:
    """Every cell of the row is in a column of the program."""
    head, row, columns = EXPORTS[export]
    (tmp_path / "list.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")

    listed = open_list("list.csv", folder=tmp_path)
    [addressee] = listed

    assert listed.understood.others == {}
    assert set(addressee.columns) <= set(KNOWN_COLUMNS)
    read = " ".join(filter(None, addressee.columns.values())).replace("\n", "/")
    assert sorted(read.split()) == sorted(columns.split())


THUNDERBIRD = {
    "fr": (
        "Prénom,Nom de famille,Nom à afficher,Surnom,Adresse e-mail principale,Adresse e-mail secondaire,"
        "Adresse privée,Adresse privée 2,Ville,Code postal,Pays/Région (domicile),"
        "Adresse professionnelle,Adresse professionnelle 2,Ville,Code postal,Pays/Région (bureau),Société"
    ),
    "es": (
        "Nombre,Apellidos,Nombre mostrado,Apodo,Dirección de correo electrónico principal,"
        "Dirección de correo electrónico secundaria,Dirección personal,Dirección personal 2,Ciudad donde vive,"
        "Código postal,País de residencia,Dirección de trabajo,Dirección de trabajo 2,Ciudad (Trabajo),"
        "Código postal (Trabajo),País (Trabajo),Organización"
    ),
    "ru": (
        "Имя,Фамилия,Отображаемое имя,Псевдоним,Адрес электронной почты,Альтернативный адрес электронной почты,"
        "Адрес,Адрес 2,Город,Почтовый индекс,Страна,Адрес (раб.),Адрес 2 (раб.),Город (раб.),Почтовый индекс (раб.),"
        "Страна (раб.),Организация"
    ),
    "ar": (
        "الاسم الأول,الاسم الأخير,اسم العرض,الكنية,البريد الرئيسي,البريد الثانوي,عنوان المنزل,عنوان المنزل 2,"
        "مدينة المنزل,رمز بريد المنزل,دولة المنزل,عنوان العمل,عنوان العمل 2,مدينة العمل,رمز بريد العمل,"
        "دولة العمل,المنظّمة"
    ),
    "zh": (
        "名字,姓氏,显示名称,昵称,主要电子邮件,备用电子邮件,家庭地址,家庭地址 2,城市,邮政编码,居住国家/地区,"
        "工作地址,工作地址 2,城市,邮政编码,工作国家/地区,公司"
    ),
    "de": (
        "Vorname,Nachname,Anzeigename,Spitzname,Primäre E-Mail-Adresse,Sekundäre E-Mail-Adresse,"
        "Privat: Adresse,Privat: Adresse 2,Privat: Ort,Privat: PLZ,Privat: Land,Dienstlich: Adresse,"
        "Dienstlich: Adresse 2,Dienstlich: Ort,Dienstlich: PLZ,Dienstlich: Land,Organisation"
    ),
}


@pytest.mark.parametrize("language", THUNDERBIRD)
@pytest.mark.parametrize("organization", ["Beispiel AG", ""])
def test_thunderbird_gives_one_whole_address_in_every_language(
    tmp_path: Path, language: str, organization: str
) -> None:
    """Some of its heads come twice, and some do not say to which address they belong; no address is mixed."""
    row = "Ana,Núñez,,Anita,,second@example.org,Calle 1,Piso 1,Madrid,28001,ES,Weg 2,,Bern,3001,CH"
    text = f"id,{THUNDERBIRD[language]}\n1,{row},{organization}\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")

    [addressee] = open_list("list.csv", folder=tmp_path)

    found = " ".join(addressee.columns[name] for name in ("address", "city", "postcode", "country"))
    assert found == ("Weg 2 Bern 3001 CH" if organization else "Calle 1\nPiso 1 Madrid 28001 ES")
    person = [addressee.columns[name] for name in ("name", "surname", "email", "organization")]
    assert person == ["Ana", "Núñez", "second@example.org", organization]


def test_one_town_for_several_streets_belongs_to_all(tmp_path: Path) -> None:
    """Only what comes twice belongs to one address."""
    text = "id,Work Street,Home Street,Company,City\n1,Weg 1,,Org,Bern\n2,,Gasse 2,,Bern\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")

    cells = [one.columns for one in open_list("list.csv", folder=tmp_path)]

    assert [(one["address"], one["city"]) for one in cells] == [("Weg 1", "Bern"), ("Gasse 2", "Bern")]


def test_a_second_whole_address_takes_nothing_of_the_first(tmp_path: Path) -> None:
    """A street at work is not in the town in which somebody lives."""
    text = "id,Street,City,Postcode,Work Address,Company\n1,Gasse 2,Thun,3600,Weg 1 - 3001 Bern,Org\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")

    [addressee] = open_list("list.csv", folder=tmp_path)

    assert [addressee.columns[name] for name in ("address", "city", "postcode")] == ["Weg 1 - 3001 Bern", "", ""]


@pytest.mark.parametrize("heads", ["id,city,name,city", "id,Stadt,name,Ort", "id,Ville,Nom,Ville", "id,title,Title"])
def test_two_towns_without_two_addresses_are_a_problem(tmp_path: Path, heads: str) -> None:
    """Nothing says which of them is meant."""
    (tmp_path / "list.csv").write_text(f"{heads}\n1,a,b,c\n", encoding="utf-8")

    with pytest.raises(AddresseesError, match=r"twice|two columns"):
        open_list("list.csv", folder=tmp_path)


@pytest.mark.parametrize("heads", ["城市,家庭地址,城市,工作地址", "Ville,Adresse privée,Ville,Adresse professionnelle"])
def test_towns_before_their_addresses_are_a_problem(tmp_path: Path, heads: str) -> None:
    """The second one would be read as that of the first address."""
    (tmp_path / "list.csv").write_text(f"id,{heads}\n1,a,b,c,d\n", encoding="utf-8")

    with pytest.raises(AddresseesError, match=r"twice|two columns"):
        open_list("list.csv", folder=tmp_path)


@pytest.mark.parametrize("head", ["N° adhérent", "Núm. de socio", "Código UIT", "Код", "Mitgliedsnummer", "会员编号"])
def test_a_number_of_a_member_is_the_id(tmp_path: Path, head: str) -> None:
    """However an office abbreviates it."""
    (tmp_path / "list.csv").write_text(f"{head},language,name\nm1,en,Ana\n", encoding="utf-8")

    assert [addressee.id for addressee in open_list("list.csv", folder=tmp_path)] == ["m1"]


def test_a_spanish_titulo_with_posts_is_not_the_title(tmp_path: Path) -> None:
    """ "Título" is what Outlook calls the title, and what others call a degree or a post."""
    (tmp_path / "list.csv").write_text("id,idioma,nombre,título\n1,es,Ana,Directora\n", encoding="utf-8")

    listed = open_list("list.csv", folder=tmp_path)

    assert "title" not in listed.columns
    assert list(listed.understood.others.values()) == ["título"]


@pytest.mark.parametrize(("cell", "is_title"), [("السيد", True), ("حسن", False)])
def test_an_arabic_column_with_titles_is_the_title(tmp_path: Path, cell: str, is_title: bool) -> None:
    """ "اللقب" is the title in most countries, and the surname in some."""
    (tmp_path / "list.csv").write_text(f"id,اللغة,اللقب,الاسم,اسم العائلة\n1,ar,{cell},علي,حسن\n", encoding="utf-8")

    assert ("title" in open_list("list.csv", folder=tmp_path).columns) == is_title


def test_the_lines_of_an_organization_are_beside_other_names_only(tmp_path: Path) -> None:
    """ "Name 1" alone is the name of an addressee."""
    (tmp_path / "list.csv").write_text("id,language,Name 1,Street,City\n1,en,Ana,Weg 1,Bern\n", encoding="utf-8")

    assert [addressee.columns["name"] for addressee in open_list("list.csv", folder=tmp_path)] == ["Ana"]


@pytest.mark.parametrize("first", ["", "sep=|\n"])
def test_bars_separate_cells(tmp_path: Path, first: str) -> None:
    """Some databases export them."""
    text = f"{first}id|language|name|city\n1|en|Ana, Ms; B|Bern\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")

    [addressee] = open_list("list.csv", folder=tmp_path)

    assert addressee.columns == {"id": "1", "language": "en", "name": "Ana, Ms; B", "city": "Bern"}


def test_bars_between_the_lines_of_addresses_separate_no_cells(tmp_path: Path) -> None:
    """The header row decides."""
    (tmp_path / "list.csv").write_text("id,language,address\n1,en,Weg 1|Weg 2|Weg 3|Weg 4\n", encoding="utf-8")

    assert [one.columns["address"] for one in open_list("list.csv", folder=tmp_path)] == ["Weg 1\nWeg 2\nWeg 3\nWeg 4"]
