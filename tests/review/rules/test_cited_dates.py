"""A letter of the folder that is cited with another date than it has is found, in each language."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from circulars.review.rules import check_letters
from circulars.workspace import Workspace

CODE = "wrong-cited-date"
WRONG = [
    ("en", "As TSB Circular 213 of 6 August 2024 says, it is open."),
    ("en", "See TSB Circular 213, dated 5 July 2024."),
    ("en", "TSB Circular 213 ({{ old }}) is withdrawn."),
    ("en", "Administrative Circular CACE/560 of 20 February 2023 and TSB Circular 213 of 5 August 2024."),
    ("en", "Corrigendum 1 to TSB Circular 213 of 6 August 2024 is withdrawn."),
    ("es", "La Circular TSB 213 de 6 de agosto de 2024 sigue vigente."),
    ("es", "Véase la Circular TSB 213, de fecha 5 de julio de 2024."),
    ("fr", "Voir la Circulaire TSB 213 du 6 août 2024."),
    ("fr", "En application de la Circulaire TSB 213, en date du 5 août 2025, …"),
    ("ru", "В соответствии с Циркуляром 213 БСЭ от 6 августа 2024 года."),
    ("ar", "انظر الرسالة المعممة 213 لمكتب تقييس الاتصالات المؤرخة 6 أغسطس 2024."),
    ("zh", "参见2024年8月6日电信标准化局第213号通函。"),
    ("zh", "参见电信标准化局第213号通函（2024年7月5日）。"),
    ("zh", "参见2024年8月6日电信标准化局第213号通函勘误1。"),
]
RIGHT = [
    ("en", "As TSB Circular 213 of 5 August 2024 says, it is open."),
    ("en", "TSB Circular 213 of 23 March 1998 was of another study period."),
    ("en", "TSB Circular 214 of 6 August 2024 is not in this folder."),
    ("en", "Corrigendum 1 to TSB Circular 213 of 12 September 2024."),
    ("en", "Corrigendum 1 to TSB Circular 213 of 5 August 2024."),
    ("en", "Corrigendum 2 to TSB Circular 213 of 3 October 2024."),
    ("en", "Resolution 213 of 6 August 2024."),
    ("en", "Register by TSB Circular 213 by 6 August 2024."),
    ("en", "TSB Circular 1213 of 6 August 2024."),
    ("es", "La Circular TSB 213 de 5 de agosto de 2024 sigue vigente."),
    ("fr", "Voir la Circulaire TSB 213 du {{ right }}."),
    ("ru", "В соответствии с Циркуляром 213 БСЭ от 5 августа 2024 года."),
    ("ar", "انظر الرسالة المعممة 213 لمكتب تقييس الاتصالات المؤرخة 5 أغسطس 2024."),
    ("zh", "参见2024年8月5日电信标准化局第213号通函。"),
    ("zh", "参见2024年8月6日电信标准化局第213号通函勘误2。"),
]


def found_in(code: str, text: str, folder: Path) -> list[str]:
    """What is found in a letter with a text, in a folder with three others."""
    plain = {"kind": "tsb-circular", "languages": ["en", "ar", "zh", "ru", "fr", "es"], "signatory": "tsb-director"}
    words = dict.fromkeys(("en", "ar", "zh", "ru", "fr", "es"), "A")
    others = {"subject": words, "body": [words]}
    amends = {"amends": {"kind": "corrigendum", "number": 1}}
    cace = {"kind": "br-administrative", "signatory": "br-director", "number": "CACE/560"}
    letters = {
        "circular": plain | {"number": 213, "date": date(2024, 8, 5), **others},
        "corrigendum": plain | {"number": 213, "date": date(2024, 9, 12), **amends, **others},
        "administrative": plain | cace | {"date": date(2022, 2, 20), **others},
        "citing": {
            **plain,
            "number": 220,
            "date": date(2024, 10, 1),
            "languages": [code],
            "facts": {"old": date(2024, 1, 9), "right": date(2024, 8, 5)},
            "subject": "A",
            "body": [{code: f"{text} {{{{ old }}}} {{{{ right }}}}"}],
        },
    }
    (folder / "letters").mkdir()
    for name, keys in letters.items():
        text = yaml.safe_dump(keys, allow_unicode=True, sort_keys=False, width=1000)
        (folder / "letters" / f"{name}.yaml").write_text(text, "utf-8")
    [built] = check_letters([folder / "letters" / "citing.yaml"], Workspace(folder))
    assert built.problems == ()
    return [str(one) for one in built.warnings if one.code == CODE]


@pytest.mark.parametrize(("code", "text"), WRONG)
def test_another_date_than_the_letter_s_is_found(code: str, text: str, tmp_path: Path) -> None:
    """The folder has TSB Circular 213 of 5 August 2024, its corrigendum of 12 September, and CACE/560 of 2022."""
    assert len(found_in(code, text, tmp_path)) == 1


@pytest.mark.parametrize(("code", "text"), RIGHT)
def test_right_dates_and_other_letters_are_not_found(code: str, text: str, tmp_path: Path) -> None:
    """Neither are amendments that the folder lacks, nor a circular of the number from another study period."""
    assert found_in(code, text, tmp_path) == []


def test_the_problem_says_which_letter_has_which_date(tmp_path: Path) -> None:
    """Both dates and the file are in it."""
    [found] = found_in("en", "As TSB Circular 213 of 6 August 2024 says.", tmp_path)

    assert "the letter cited, in letters/circular.yaml, is of 5 August 2024, not of '6 August 2024'" in found


@pytest.mark.parametrize("comment", ["", "# circulars: allow wrong-cited-date, because it is quoted as printed\n"])
def test_it_can_be_allowed_in_place(comment: str, tmp_path: Path) -> None:
    """Then the allowance is not unused."""
    found_in("en", "A", tmp_path)
    file = tmp_path / "letters" / "citing.yaml"
    file.write_text(
        "kind: tsb-circular\nnumber: 220\ndate: 2024-10-01\nlanguages: [en]\nsubject: A\nsignatory: tsb-director\n"
        f"body:\n{comment}- en: As TSB Circular 213 of 6 August 2024 says.\n",
        "utf-8",
    )
    [built] = check_letters([file], Workspace(tmp_path))

    assert [one.code for one in built.warnings] == ([] if comment else [CODE])
