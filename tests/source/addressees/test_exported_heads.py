"""The heads that programs of offices export are understood whole: no part of an address is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

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
