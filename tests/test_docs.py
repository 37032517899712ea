"""The documentation is true: its letters, commands, links, examples and keys work as shown."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

import circulars.api
from circulars.build import Order, build, check_files
from circulars.cli import main
from circulars.cli.parser import build_parser
from circulars.extras import Extra, Installer, to_install
from circulars.formats import WRITERS
from circulars.language import load_language
from circulars.source.letters import letter_schema, read_letter
from circulars.syntax import nodes
from circulars.workspace import Workspace
from conftest import ROOT
from merge.post.server import serving
from shown import examples, printed, steps

IN_DOCS = sorted(page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "site")
PAGES = (*sorted(ROOT.glob("*.md")), *IN_DOCS)
FORMAT = ROOT / "docs" / "letter-format.md"

# What the pieces of letters in the pages may count on: their facts, their links, and an id that they refer to.
LETTER = """\
kind: tsb-circular
number: 1
date: 2025-01-15
languages: [en, es]
subject: {en: Subject, es: Asunto}
facts: {meeting: 2025-03-20}
links: {meeting-page: "https://meeting.example.int/"}
body:
- {en: The meeting begins., es: La reunión comienza.}
signatory: tsb-director
"""
OTHER_PROGRAMS = {"git", "openssl", "cd", "pipx", "pip", "sudo", "eval", "sha256sum", "dask", "docker"}


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block of a page: its words after the fence, its text, and the line on which it begins."""

    page: Path
    info: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def _fences(page: Path) -> Iterator[Fence]:
    text = page.read_text(encoding="utf-8")
    for match in re.finditer(r"^( *)```([^\n`]*)\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL):
        inner = re.sub(rf"^{match[1]}", "", match[3], flags=re.MULTILINE)
        yield Fence(page, match[2].strip(), inner, text.count("\n", 0, match.start()) + 1)


def _prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


FENCES = tuple(fence for page in PAGES for fence in _fences(page))
LETTERS = tuple(fence for fence in FENCES if fence.info == "yaml")
BROKEN = tuple(fence for fence in FENCES if fence.info == "yaml broken")
RUN = tuple(
    Fence(page, "console run", "".join(part[0] for part in parts), text.count("\n", 0, parts[0].start()))
    for page in PAGES
    for text in [page.read_text(encoding="utf-8")]
    for parts in examples(text)
)


def _whole(text: str) -> str:
    """The letter of a whole letter, of some keys, or of some blocks."""
    if text.startswith("- "):
        return re.sub(r"^body:\n.*\n", "body:\n" + text.replace("\\", "\\\\"), LETTER, flags=re.MULTILINE)
    if re.search(r"^kind:", text, re.MULTILINE):
        return text
    own = re.findall(r"^([a-z]+):", text, re.MULTILINE)
    kept = [part for part in re.split(r"^(?=[a-z]+:)", LETTER, flags=re.MULTILINE) if part.split(":")[0] not in own]
    return "".join(kept) + text


@pytest.mark.parametrize("fence", LETTERS, ids=str)
def test_a_letter_in_the_docs_can_be_built(fence: Fence, tmp_path: Path) -> None:
    """Every letter, and every piece of one, is read without a problem, and settled in both languages."""
    letter = tmp_path / "letters" / "example.yaml"
    letter.parent.mkdir()
    letter.write_text(_whole(fence.text), encoding="utf-8")

    outputs = list(build(read_letter(letter), Workspace(tmp_path), Order(formats=("txt",))))

    assert [output.language for output in outputs] == ["en", "es"]


def test_the_letter_of_the_readme_is_short() -> None:
    """The README explains a letter in about thirty lines."""
    first = next(fence for fence in LETTERS if fence.page.name == "README.md")

    assert len(first.text.splitlines()) <= 35


@pytest.mark.parametrize("fence", BROKEN, ids=str)
def test_a_broken_letter_has_the_problems_that_the_docs_show(fence: Fence, tmp_path: Path) -> None:
    """The problems below a broken letter are those that 'circulars check' finds, to the letter."""
    letter = tmp_path / "letters" / "tsb-circular-214.yaml"
    letter.parent.mkdir()
    letter.write_text(fence.text, encoding="utf-8")

    [checked] = check_files([letter], Workspace(tmp_path))

    below = next(other for other in FENCES if other.page == fence.page and other.line > fence.line)
    assert "".join(f"{problem}\n" for problem in checked.problems) == below.text


@pytest.mark.parametrize("fence", RUN, ids=str)
def test_an_example_prints_what_the_docs_show(fence: Fence, tmp_path: Path) -> None:
    """Each command of an example, run by bash in a new folder, prints the lines below it."""
    output = printed(fence.text, tmp_path)

    shown = steps(fence.text)
    assert len(output) == len(shown)
    assert [now for now, step in zip(output, shown, strict=True) if not step.is_shown(now)] == []


def _commands(page: Path) -> Iterator[str]:
    """Every command of a page: of its console examples, and between backticks."""
    for fence in _fences(page):
        if fence.info == "console":
            lines = [line.removeprefix("$ ") for line in fence.text.splitlines() if line.startswith("$ ")]
            yield from (command.strip() for line in lines for command in re.split(r" && ", line))
    yield from re.findall(r"`(circulars(?: [^`\n]+)?)`", _prose(page))


ALL_COMMANDS = [(page.name, command) for page in PAGES for command in dict.fromkeys(_commands(page))]


@pytest.mark.parametrize(("page", "command"), ALL_COMMANDS, ids=lambda value: str(value))
def test_a_command_in_the_docs_can_be_typed(page: str, command: str) -> None:
    """The parser knows every command and option that the pages show, and every script exists."""
    if match := re.fullmatch(r'eval "\$\((.*)\)"', command):
        command = match[1]
    words = shlex.split(command.partition(" > ")[0])

    if words[0] == "circulars" and len(words) < 3 and "--version" not in words:
        assert set(words[1:]) <= _command_names()
    elif words[0] == "circulars" and not {"--help", "--version"} & {*words}:
        build_parser().parse_args(words[1:])
    elif words[0].startswith("scripts/"):
        assert (ROOT / words[0]).stat().st_mode & 0o100
    else:
        assert words[0] in OTHER_PROGRAMS | {"circulars"} or words[0].startswith(".venv/bin/")


def _command_names() -> set[str]:
    """The names of the commands."""
    commands = build_parser()._subparsers
    assert commands is not None
    return set(commands._group_actions[0].choices or ())


def test_formats_in_the_docs_are_there() -> None:
    """Every format after --formats exists, except the one that "Add a format" adds."""
    named = {
        name
        for _, command in ALL_COMMANDS
        for listed in re.findall(r"--formats (\S+)", command)
        for name in listed.split(",")
    }

    assert named - {"md"} <= set(WRITERS)


def test_the_readme_shows_every_command() -> None:
    """Every command of the command line is on one of the pages."""
    shown = {command.split()[1] for _, command in ALL_COMMANDS if command.startswith(("circulars ", "eval "))}
    shown |= {found for page in PAGES for found in re.findall(r"circulars ([a-z]+)", page.read_text(encoding="utf-8"))}

    assert _command_names() <= shown


def _anchor(title: str) -> str:
    """The name that a heading has in a link, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower().replace("`", "")).replace(" ", "-")


def _anchors(page: Path) -> set[str]:
    return {_anchor(title) for title in re.findall(r"^#+ (.+)$", _prose(page), re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """Every relative link leads to a file of the repository, and its part after '#' to a heading there."""
    lost = []
    for target in re.findall(r"(?<!`)\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", _prose(page))):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, part = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (part and part not in _anchors(file)):
            lost.append(target)

    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_is_forgotten(page: Path) -> None:
    """The README leads to every page."""
    name = page.relative_to(ROOT).as_posix()

    assert name == "README.md" or f"]({name}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow  # its pages are laid out where a doctest would report that as a failure
def test_examples_of_the_python_interface_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python gives the results that docs/api.md and the module's docstring show."""
    monkeypatch.chdir(ROOT)

    with serving(security="none") as mail:
        known = {"port": mail.port}
        page = doctest.testfile(str(ROOT / "docs" / "api.md"), module_relative=False, globs=known, encoding="utf-8")
    module = doctest.testmod(circulars.api)

    assert (page.failed, module.failed) == (0, 0)
    assert page.attempted > 15
    assert module.attempted > 3


@pytest.mark.parametrize("fence", [fence for fence in FENCES if fence.info == "python"], ids=str)
def test_python_in_the_docs_runs(fence: Fence, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every piece of Python runs in the repository's folder."""
    monkeypatch.chdir(ROOT)

    exec(compile(fence.text, str(fence), "exec"), {"__name__": "example"})


@pytest.fixture
def markdown() -> Callable[[str], str]:
    """Runs a program with the format that "Add a format" adds, and the row that the page gives it; what it prints."""
    page = (ROOT / "docs" / "add-a-format.md").read_text("utf-8")
    [row] = re.findall(r'`"md": (Format\(.*?\))`', page)
    [fence] = [fence for fence in FENCES if fence.info == "python" and fence.page.name == "add-a-format.md"]
    added = f"""
import sys, types
from circulars import api
from circulars.cli import main
from circulars.formats import WRITERS, Format
from pathlib import Path
module = sys.modules["circulars.render.md"] = types.ModuleType("circulars.render.md")
exec({fence.text!r}, module.__dict__)
WRITERS["md"] = {row}
letter, workspace = api.read_letter(Path("letters/tsb-circular-213.yaml")), api.Workspace(Path())
"""

    def run(program: str) -> str:
        command = [sys.executable, "-c", added + program]
        return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout

    return run


def test_the_writer_of_the_docs_builds_a_letter(markdown: Callable[[str], str]) -> None:
    """The program needs only the row in the table of formats."""
    name, data = markdown("""
[built] = api.build(letter, workspace, api.Order(("en",), ("md",)))
print(built.name, built.data.decode(), sep="\\n")
""").split("\n", 1)

    assert name == "tsb-circular-213.en.md"
    assert data.startswith("# Eighth Meeting")


def test_the_writer_of_the_docs_merges(markdown: Callable[[str], str]) -> None:
    """Every addressee gets a copy, laid out by the same function."""
    copies = markdown("""
for copy in api.merge(letter, "letters/addressees.csv", workspace, api.MergeOrder(formats=("md",))):
    print(copy.id, copy.data[:2])
""").splitlines()

    assert len(set(copies)) == len(copies) > 20
    assert all(copy.endswith("b'# '") for copy in copies)


def test_a_file_of_the_writer_of_the_docs_goes_with_an_email(markdown: Callable[[str], str], tmp_path: Path) -> None:
    """The attachment has the media type in the row."""
    arguments = ["merge", "letters/tsb-circular-213.yaml", "letters/addressees.csv", "--as", "eml"]
    wanted = ["--from", "tsb@example.int", "--formats", "md", "--sample", "1", "--out", str(tmp_path)]
    markdown(f"sys.exit(main({arguments + wanted}))")

    [draft] = tmp_path.rglob("*.eml")
    assert b"Content-Type: text/markdown" in draft.read_bytes()


def test_the_help_names_the_format_of_the_docs() -> None:
    """It is read from the table when the program starts."""
    add = "import circulars.formats as f; f.WRITERS['md'] = f.Format('m', 'text/markdown'); "
    run = "import sys; from circulars.cli import main; sys.exit(main(['build', '--help']))"
    done = subprocess.run([sys.executable, "-c", add + run], capture_output=True, text=True, check=True)

    assert "--formats docx,pdf,html,txt,md" in done.stdout


def _schema_keys(schema: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every key of a schema with its path; a name that the writer chooses is NAME."""
    if isinstance(schema, list):
        for part in schema:
            yield from _schema_keys(part, path)
    if not isinstance(schema, dict):
        return
    for name, inner in schema.get("properties", {}).items():
        yield ".".join((*path, name))
        yield from _schema_keys(inner, (*path, name))
    for inner in schema.get("patternProperties", {}).values():
        yield from _schema_keys(inner, (*path, "NAME"))
    for keyword in ("anyOf", "items"):
        yield from _schema_keys(schema.get(keyword), path)


def _described_keys(section: str) -> set[str]:
    """The keys in the tables of a section of docs/letter-format.md."""
    text = FORMAT.read_text(encoding="utf-8")
    [part] = re.findall(rf"^## {section}\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| ((?:`[A-Za-z.-]+`(?:, )?)+) \|", part, re.MULTILINE)
    return {key for row in rows for key in re.findall("`([^`]+)`", row)}


def test_every_key_of_a_letter_is_described() -> None:
    """docs/letter-format.md has the keys of the JSON Schema, no more and no less; ``copy`` has the form of ``to``."""
    keys = {re.sub(r"^(?:copy\.entries|copy|to\.entries)\.", "to.", key) for key in _schema_keys(letter_schema())}

    assert _described_keys("Keys of a letter") == keys


def test_every_key_of_a_block_is_described() -> None:
    """The page has exactly the keys of paragraphs, headings, deadlines, tables, notes and venues."""
    keys = {key for part in letter_schema()["definitions"].values() for key in _schema_keys(part)}

    assert _described_keys("Keys of a block") == keys


def test_the_schema_is_described_to_editors() -> None:
    """Every key has a description of its own, for an editor to show."""
    schema = letter_schema()

    def undescribed(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            yield from (name for name, inner in part.get("properties", {}).items() if not inner.get("description"))
            for inner in part.values():
                yield from undescribed(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from undescribed(inner)

    assert list(undescribed(schema)) == []


def test_every_problem_in_the_docs_is_one() -> None:
    """The program can report every code that the docs name."""
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    text = FORMAT.read_text(encoding="utf-8").partition("\n## Problems\n")[2]
    named = {
        code for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for code in re.findall(r"`([a-z-]+)`", row)
    }
    for page in PAGES:
        named |= set(re.findall(r":\d+:\d+  ([a-z-]+)  ", page.read_text(encoding="utf-8")))

    assert len(named) > 12
    assert {code for code in named if f'"{code}"' not in source} == set()


def test_limits_in_the_docs_are_those_of_the_code() -> None:
    """The limits in docs/letter-format.md are those of the code."""
    from circulars.files import picture
    from circulars.source.letters.letter_shape import MAX_PARTS

    text = FORMAT.read_text(encoding="utf-8")

    assert nodes.MAX_BYTES == 1024 * 1024
    for limit in (nodes.MAX_NODES, nodes.MAX_DEPTH, MAX_PARTS):
        assert re.search(rf"\| {limit:,} \|", text)
    assert f"{picture.MAX_BYTES // 1024 // 1024} MiB, {picture.MAX_PIXELS // 1_000_000} million pixels" in text


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("pack", "templates/itu/pack.yaml"),
        ("language", "src/circulars/languages/fr.yaml"),
        ("forms", "src/circulars/languages/ru.yaml"),
    ],
)
def test_excerpts_have_the_keys_of_their_files(kind: str, file: str) -> None:
    """Every key in an excerpt of pack.yaml or of a language file is in the file itself."""
    excerpts = [fence.text for fence in FENCES if fence.info == f"yaml {kind}"]
    keys = {key for excerpt in excerpts for key in re.findall(r"^ *([a-z-]+):", excerpt, re.MULTILINE)}

    assert keys
    assert keys <= set(re.findall(r"^ *([a-z-]+):", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))


def test_the_styles_in_the_docs_are_those_that_the_template_must_have() -> None:
    """docs/add-a-pack.md names each style that a Word template must have."""
    from circulars.render.docx.stationery import STYLES

    text = (ROOT / "docs" / "add-a-pack.md").read_text(encoding="utf-8")

    assert [style for style in STYLES if f"*{style}*" not in text] == []


def test_a_new_folder_has_what_the_readme_says(tmp_path: Path) -> None:
    """'init', 'new', 'check' and 'build' lead from an empty folder to four files."""

    folder = tmp_path / "office"

    codes = [
        main(["init", str(folder)]),
        main(["-C", str(folder), "new", "tsb-circular-214"]),
        main(["-C", str(folder), "check"]),
        main(["-C", str(folder), "build", "tsb-circular-214", "--out", str(folder / "output")]),
    ]

    assert codes == [0, 0, 0, 0]
    made = {path.name for path in (folder / "output").glob("tsb-circular-214.*")}
    assert made == {f"tsb-circular-214.{end}" for end in ("en.docx", "en.pdf", "es.docx", "es.pdf")}


def test_extras_are_those_of_the_project() -> None:
    """The extras in the code are those of pyproject.toml."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]

    assert set(get_args(Extra)) == set(extras) - {"dev"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_say_as_messages_do_how_extras_are_installed(page: Path) -> None:
    """Every command on a page that installs an extra is one that messages give too."""
    ways = {to_install(extra, way).split(": ")[-1] for extra in get_args(Extra) for way in Installer}
    shown = re.findall(r"`([^`\n]* '[^`\n']*\[[a-z0-9]+\]')`", page.read_text(encoding="utf-8"))

    assert set(shown) <= ways


def test_each_command_that_needs_an_extra_has_a_page_that_says_so() -> None:
    """The commands for signing, databases and clusters."""
    texts = [" ".join(page.read_text(encoding="utf-8").replace("`", "").split()) for page in PAGES]

    for extra in ("sign", "database", "cluster"):
        assert any(to_install(extra, Installer.PIP) in text for text in texts)


def test_a_language_file_with_a_base_in_the_docs_is_read(tmp_path: Path) -> None:
    """The excerpt is a whole file, which changes what it says and nothing else."""
    [excerpt] = [fence for fence in FENCES if fence.info == "yaml language base"]
    (tmp_path / "es.yaml").write_text(excerpt.text, encoding="utf-8")

    language, shipped = load_language("es", (tmp_path,)), load_language("es")

    assert (language.country("DE"), language.labels["email"]) != (shipped.country("DE"), shipped.labels["email"])
    assert language.labels["to"] == shipped.labels["to"]
