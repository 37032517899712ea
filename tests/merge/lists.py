"""Deterministic lists of fictitious addressees of any length."""

from __future__ import annotations

import csv
import random
from pathlib import Path

COLUMNS = (
    "id", "language", "title", "name", "surname", "organization", "address", "postcode", "city", "country", "email",
    "category", "code", "seat",
)  # fmt: skip

_NAMES = (
    "Ana", "Max", "Erika", "José", "Zoë", "Øystein", "Inês", "Łucja", "Şule", "François", "Håkon", "Maja", "Tomáš",
    "Réka", "Ștefan", "Niamh", "Jürgen", "Ángeles", "Māris", "Eglė",
)  # fmt: skip
_SURNAMES = (
    "Ejemplo", "Mustermann", "Muster", "Exemple", "Sample", "Esempio", "Örnek", "Příklad", "Przykład", "Voorbeeld",
    "Exemplo", "Eksempel", "Esimerkki", "Példa", "Pavyzdys", "Muestra", "Modèle", "Beispiel", "Specimen", "Ficticio",
)  # fmt: skip
_ORGANIZATIONS = (
    "Ministry of Examples", "Ministerio de Ejemplos", "Example Telecom", "Telecomunicaciones Ejemplares, S. A.",
    "Institute of Samples & Specimens", "Universidad Imaginaria", "Agency for Nothing in Particular",
    "Organismo Regulador de Muestra", "Fictitious Networks Ltd", "Société Exemplaire", "Muster AG", "Oficina Modelo",
)  # fmt: skip
_PLACES = (
    ("CH", "1211", "Genève", "Rue de l’Exemple"), ("ES", "28001", "Madrid", "Calle del Ejemplo"),
    ("DE", "10115", "Berlin", "Musterstraße"), ("FR", "75001", "Paris", "Rue du Modèle"),
    ("MX", "06000", "Ciudad de México", "Avenida Ficticia"), ("AR", "C1001", "Buenos Aires", "Calle Inventada"),
    ("GB", "SW1A 1AA", "London", "Sample Street"), ("PT", "1000-001", "Lisboa", "Rua do Exemplo"),
    ("CL", "8320000", "Santiago", "Paseo Imaginario"), ("NL", "1011 AB", "Amsterdam", "Voorbeeldgracht"),
)  # fmt: skip
_SPANISH = frozenset(("ES", "MX", "AR", "CL"))
_CATEGORIES = ("member-state", "sector-member", "associate", "academia")


def write_list(path: Path, count: int) -> Path:
    """Writes a CSV file of ``count`` addressees; a longer list begins like a shorter one."""
    chance = random.Random(213)
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(COLUMNS)
        rows.writerows(_row(number, chance) for number in range(1, count + 1))
    return path


def _row(number: int, chance: random.Random) -> tuple[str, ...]:
    country, postcode, city, street = chance.choice(_PLACES)
    return (
        f"a-{number:07}",
        "es" if country in _SPANISH else "en",
        chance.choice(("Ms", "Mr", "Dr", "")),
        chance.choice(_NAMES),
        chance.choice(_SURNAMES),
        chance.choice(_ORGANIZATIONS),
        f"{street} {chance.randrange(1, 200)}",
        postcode,
        city,
        country,
        f"addressee-{number}@example.com",
        chance.choice(_CATEGORIES),
        f"U4-{chance.randrange(16**6):06X}",
        f"{chance.choice('ABCDEFGH')}-{chance.randrange(1, 40)}",
    )
