"""The first screen lists the letters of the folder, whatever is wrong with them."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from circulars.desk.listing import AT_ONCE, LetterListing
from circulars.desk.phrases import page_words
from circulars.workspace import Workspace
from commands import run_here
from conftest import ROOT
from desk.desks import Reader, served
from review.approval.desk import LETTER, made_desk
from signing.authority import make_authority
from work import lines_run


def rows(page: str) -> list[list[str]]:
    """The cells of the table of letters, without markup."""
    found = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.DOTALL)
    return [
        [" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in re.split(r"</t[hd]>", row)[:-1]] for row in found
    ]


def listed(reader: Reader, language: str = "en") -> list[list[str]]:
    """The rows of the first screen, when all letters are checked."""
    while "being counted" in (page := reader.get("/", **{"Accept-Language": language}).text):
        time.sleep(0.05)
    return rows(page)


def test_each_letter_is_listed_in_the_language_of_the_reader(reader: Reader) -> None:
    """Reference, subject, date, languages, problems and last change, the newest letter first."""
    english, spanish = listed(reader), listed(reader, "es-MX, en;q=0.5")

    assert english[0][:5] == [
        "DM-24/1021", "Example Prize for Connectivity 2025 – Call for nominations and award ceremony",
        "21 October 2024", "en es", "0",
    ]  # fmt: skip
    assert english[1][0] == "TSB Circular 213"
    assert english[1][1].endswith("(Madrid, Spain, 19 September 2024)")
    assert spanish[1][0] == "Circular TSB 213"
    assert spanish[1][1].endswith("(Madrid, España, 19 de septiembre de 2024)")
    assert spanish[1][2] == "12 de julio de 2024"


def test_letters_are_listed_before_they_are_checked(office: Path) -> None:
    """What takes longer is added in the background."""
    listing = LetterListing(Workspace(office))
    with listing._working:  # so that no thread works
        before = listing.letters()
    while any(letter.problems is None for letter in listing.letters()):
        time.sleep(0.05)

    assert [letter.problems for letter in before] == [None, None]
    assert [letter.reference("en") for letter in before] == ["sg-letter-dm-24-1021", "tsb-circular-213"]
    assert [letter.problems for letter in listing.letters()] == [0, 0]


def test_many_letters_are_listed_before_they_are_read(office: Path) -> None:
    """The first list of a large folder shows the names of most letters; all are read soon after."""
    for number in range(100):
        shutil.copy(office / "letters/tsb-circular-213.yaml", office / f"letters/copy-{number:03}.yaml")
    listing = LetterListing(Workspace(office))
    with listing._working:
        first, second = listing.letters(), listing.letters()

    assert [letter.name for letter in first] == [letter.name for letter in second]
    assert len(first) == 102
    assert sum(bool(letter.date) for letter in first) == AT_ONCE
    assert sum(bool(letter.date) for letter in second) == 2 * AT_ONCE


def test_a_search_finds_letters_by_any_of_their_words(reader: Reader) -> None:
    """In any language, in any order, whatever the case of the letters."""
    assert [row[0] for row in rows(reader.get("/?words=CIUDADES+octava").text)] in (
        ["tsb-circular-213"],
        ["TSB Circular 213"],
    )
    assert len(rows(reader.get("/?words=2024").text)) == 2
    assert rows(reader.get("/?words=nothing+of+this").text) == []
    assert "0 letters" in reader.get("/?words=nothing+of+this").text


def test_gaps_and_problems_are_counted(reader: Reader, office: Path) -> None:
    """A text that one language lacks is a gap of that language."""
    letter = office / "letters/sg-letter-dm-24-1021.yaml"
    letter.write_text(letter.read_text(encoding="utf-8").replace(", es: Nueva York}", "}"), encoding="utf-8")
    (office / "letters/broken.yaml").write_text("a: [")

    found = {row[0]: row for row in listed(reader)}

    assert "es 1 text is missing" in found["DM-24/1021"][3]
    assert found["DM-24/1021"][4] == "1"
    assert found["broken"][1] == "The file cannot be read."
    assert found["broken"][4] == "1"


def test_a_letter_is_read_again_only_if_its_file_changed(office: Path) -> None:
    """The second list takes a tenth of the work of the first one."""
    for number in range(AT_ONCE - 2):
        shutil.copy(office / "letters/tsb-circular-213.yaml", office / f"letters/copy-{number}.yaml")
    listing = LetterListing(Workspace(office))
    with listing._working:
        first = lines_run(listing.letters)
        again = lines_run(listing.letters)
    path = office / "letters/copy-7.yaml"
    path.write_bytes(path.read_bytes().replace(b"2024-07-12", b"2024-07-15"))
    with listing._working:
        after = {letter.name: letter.date for letter in listing.letters()}

    assert again * 10 < first
    assert (after["copy-7"], after["copy-8"]) == ("2024-07-15", "2024-07-12")


def test_the_stage_of_a_letter_follows_from_facts(reader: Reader, office: Path) -> None:
    """A letter with problems says so; another is built if its files are newer than the letter, or else a draft."""
    name = "sg-letter-dm-24-1021"
    circular = office / "letters/tsb-circular-213.yaml"
    circular.write_bytes(circular.read_bytes().replace(b"{{ meeting }}", b"{{ meting }}", 1))
    draft = [row[5] for row in listed(reader)]
    reader.post(f"/letters/{name}/build")
    built = [row[5] for row in listed(reader)]
    reader.edit(name, ("date",), "2024-10-21", "2024-10-22")

    assert draft == ["Draft", "Problems"]
    assert built == ["Built", "Problems"]
    assert [row[5] for row in listed(reader)] == ["Draft", "Problems"]


def test_a_merged_letter_says_so(reader: Reader, office: Path) -> None:
    """Also when it is changed since."""
    name = "sg-letter-dm-24-1021"
    (office / "list.csv").write_text("id,language,organization,category\n1,en,ITU,academia\n", encoding="utf-8")

    done = run_here(office, "merge", name, "list.csv", "--formats", "txt")
    merged = [row[5] for row in listed(reader)]
    reader.edit(name, ("date",), "2024-10-21", "2024-10-22")

    assert done.returncode == 0, done.stderr
    assert merged[0] == "Merged"
    assert listed(reader)[0][5] == "Merged · changed since"


def test_an_approved_letter_says_so(tmp_path: Path) -> None:
    """As soon as it is approved, and until its words change."""
    desk = made_desk(tmp_path, make_authority())
    with served(desk.folder) as browser:
        reader = browser.begin()
        before = listed(reader)[0][5]
        desk.approve("director")
        after = listed(reader)[0][5]
        desk.write(LETTER.replace("Bring", "Please bring"))
        changed = listed(reader)[0][5]

    assert (before, after, changed) == ("Draft", "Draft · Approved", "Draft")


def test_the_last_version_in_git_has_its_author(reader: Reader, office: Path) -> None:
    """A folder without git has no such column."""
    before = reader.get("/").text
    who = ("-c", "user.name=Ana <b>", "-c", "user.email=ana@example.int", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "letters/tsb-circular-213.yaml"), ("commit", "-q", "-m", "one")):
        subprocess.run(["git", *who, *arguments], cwd=office, check=True, capture_output=True)

    after = listed(reader)

    assert "Last version" not in before
    assert after[0][7] == ""
    assert after[1][7].startswith("Ana ")


def test_dates_are_written_as_in_letters() -> None:
    """Not as a locale of the United States would."""
    moment = datetime.datetime(2026, 11, 30, 6, 44, tzinfo=datetime.UTC)

    assert page_words("en").moment(moment) == "30 November 2026, 06:44"
    assert page_words("es").moment(moment) == "30 de noviembre de 2026, 06:44"
    assert page_words("pt").date(moment.date()) == "30 de novembro de 2026"


def test_an_empty_folder_offers_the_example(tmp_path: Path) -> None:
    """One click makes what ``circulars init`` makes."""
    with served(tmp_path) as browser:
        page = browser.begin().get("/")
        begun = browser.post("/folder")

        assert "There is no letter in this folder" in page.text and "circulars init" in page.text
        assert (begun.status, begun.headers["location"]) == (303, "/")
        assert [row[0] for row in rows(browser.get("/").text)] in (["tsb-circular-213"], ["TSB Circular 213"])
    assert (tmp_path / "templates/itu/pack.yaml").is_file()


def test_a_folder_in_use_gets_no_example(tmp_path: Path) -> None:
    """The folder stays as it is."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/notes.txt").write_text("ours")
    with served(tmp_path) as browser:
        answer = browser.begin().post("/folder")

    assert answer.status == 409
    assert "has files already" in answer.text
    assert [path.name for path in tmp_path.rglob("*")] == ["letters", "notes.txt"]


def test_a_letter_is_built_and_offered(reader: Reader, office: Path) -> None:
    """Its files are those that the command writes, and the page says whether they are older than the letter."""
    name = "sg-letter-dm-24-1021"

    built = reader.post(f"/letters/{name}/build")
    page = reader.get(f"/letters/{name}/built")
    file = reader.get(f"/letters/{name}/files/{name}.es.docx")

    assert (built.status, built.headers["location"]) == (303, f"/letters/{name}/built")
    assert f"circulars build {name}" in page.text and "was changed since" not in page.text
    assert re.findall(rf"/files/({name}\.\w+\.\w+)", page.text) == [
        f"{name}.{code}.{format}" for code in ("en", "es") for format in ("docx", "pdf")
    ]
    assert file.data == (office / f"output/{name}.es.docx").read_bytes()
    assert file.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}.es.docx"
    reader.edit(name, ("date",), "2024-10-21", "2024-10-22")
    assert "was changed since" in reader.get(f"/letters/{name}/built").text


def test_only_what_the_desk_built_is_offered(reader: Reader, office: Path) -> None:
    """A file that was there before may be of another letter, or older than the words."""
    name = "sg-letter-dm-24-1021"
    (office / f"output/{name}.en.pdf").write_bytes(b"old")

    for path in (f"/letters/{name}/files/{name}.en.pdf", f"/letters/{name}/built"):
        answer = reader.get(path)
        assert answer.status == 404
        assert "Build the letter again" in answer.text


@pytest.mark.parametrize("letter", sorted((ROOT / "letters").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_text_of_the_examples_is_on_the_page(letter: Path, reader: Reader, office: Path) -> None:
    """Each value of the file has a field, and each paragraph the number that readers see."""
    for path in (ROOT / "letters").iterdir():
        shutil.copy(path, office / "letters")

    page = reader.get(f"/letters/{letter.stem}?show=en&show=es")

    assert page.status == 200
    names = re.findall(r'data-field="([^"]+)"', page.text)
    assert len(names) == len(set(names)) > 35
    if letter.stem == "tsb-circular-213":
        numbers = re.findall(r'<bdi class="number">([^<]+)</bdi>', page.text)
        assert numbers == ["1", "2", "3", "4", "•", "•", "•", "5", "6"]


def test_columns_are_those_that_the_reader_chooses(reader: Reader) -> None:
    """Each text says its language and its direction to the browser."""
    page = reader.get("/letters/tsb-circular-213?show=ar&show=zh").text

    languages = re.findall(r'<textarea [^>]*lang="(\w+)" dir="(\w+)"', page)
    assert set(languages) == {("ar", "rtl"), ("zh", "ltr")}


def test_the_first_columns_have_the_language_of_the_reader(reader: Reader) -> None:
    """Beside the letter's first language."""
    page = reader.get("/letters/tsb-circular-213", **{"Accept-Language": "es"}).text

    assert set(re.findall(r'<textarea [^>]*lang="(\w+)"', page)) == {"en", "es"}


def test_a_problem_in_a_language_that_is_not_shown_is_above_the_texts(reader: Reader, office: Path) -> None:
    """Below its text it would not be seen. Where the text is shown, the problem is below it only."""
    letter = office / "letters/tsb-circular-213.yaml"
    letter.write_bytes(letter.read_bytes().replace("Собрание U4SSC".encode(), "Собрание {{ x }}".encode()))

    hidden, shown = (reader.get(f"/letters/{letter.stem}?show={code}").text for code in ("en", "ru"))

    assert [page.count("there is no fact named &#39;x&#39;") for page in (hidden, shown)] == [1, 1]
    assert "there is no fact" in hidden.partition("<details")[0]
    assert "there is no fact" in shown.partition("<details")[2]


def test_a_letter_that_is_no_yaml_has_a_page_with_the_place(reader: Reader, office: Path) -> None:
    """The fact and the remedy are those of the check."""
    (office / "letters/broken.yaml").write_text("kind: x\na: [\n")

    page = reader.get("/letters/broken")

    assert page.status == 422
    assert "letters/broken.yaml" in page.text and "Correct its source" in page.text


def test_a_letter_with_a_text_at_its_root_has_a_page(reader: Reader, office: Path) -> None:
    """A language's key that is indented too little is a text and a problem like others."""
    (office / "letters/root.yaml").write_text("kind: tsb-circular\nnumber: 9\nen: words at the root\n")

    page = reader.get("/letters/root")

    assert page.status == 200
    assert "words at the root" in page.text and "is not part of a letter" in page.text


def test_what_readers_do_not_read_is_below_details(reader: Reader, office: Path) -> None:
    """Each value is on the page once; the details with a problem are open."""
    letter = office / "letters/tsb-circular-213.yaml"
    letter.write_bytes(letter.read_bytes().replace(b"id: languages", b"id: 'the languages'"))

    page = reader.get(f"/letters/{letter.stem}").text

    folded = re.findall(r'<details class="settings"( open)?>(.*?)</details>', page, re.DOTALL)
    assert [bool(is_open) for is_open, _ in folded][:3] == [False, True, False]
    assert 'value="invitation"' in folded[0][1] and "<textarea" not in "".join(inside for _, inside in folded)
    assert page.count('value="invitation"') == 1


def test_a_file_whose_name_is_no_text_is_left_out(office: Path, reader: Reader) -> None:
    """No page can name it. The list says so, and shows the other letters."""
    shutil.copy(office / "letters/tsb-circular-213.yaml", office / "letters" / os.fsdecode(b"w\xff.yaml"))

    pages = [reader.get(path) for path in ("/", "/new", "/letters/tsb-circular-213", "/letters/w%FF")]

    assert [page.status for page in pages] == [200, 200, 200, 404]
    assert "the name of the file is not UTF-8" in pages[0].text
    assert [row[0] for row in listed(reader)] == ["DM-24/1021", "TSB Circular 213"]
