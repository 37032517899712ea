"""Starts a language: its language file, and the words of the workspace's packs in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from circulars.errors import PackError, Place, Problem, UsageError
from circulars.files.output import save
from circulars.language import (
    MESSAGES,
    TAKEN,
    base_of,
    code_hint,
    is_known_code,
    known_languages,
    named_language,
    nearest_language,
    usual_code,
)
from circulars.language import SHIPPED as SHIPPED_LANGUAGES
from circulars.pack import SHIPPED as SHIPPED_PACKS
from circulars.pack import read_inside
from circulars.syntax import nodes
from circulars.syntax.decoding import decoded
from circulars.syntax.edits import Edit, edited, range_of
from circulars.translation.beginning import begun_language, begun_words
from circulars.translation.checking import own_packs
from circulars.workspace import Workspace


@dataclass(frozen=True, slots=True)
class NewLanguage:
    """The files that were made or changed for a language, and the languages that their words were taken from."""

    code: str
    files: tuple[Path, ...]
    bases: tuple[str, ...]


def new_language(code: str, workspace: Workspace, base: str = "") -> NewLanguage:
    """Makes what a language lacks in the workspace: its file in ``languages/``, and words for each of its packs.

    The words are those of ``base``, or else of the nearest language, marked as to be translated; what CLDR knows is
    filled in. A pack that ships with words in the language gets those. No file is overwritten.

    Raises:
        UsageError: there is no such language, or it lacks nothing; the workspace has no pack of its own.
        PackError: a file of the base has problems, or a pack has no words at all.
        MachineError: the workspace cannot be written to.
    """
    _check(code, base, workspace)
    made: dict[Path, str] = {}
    if code not in known_languages(workspace.language_folders):
        base_code = base or nearest_language(code, known_languages(workspace.language_folders))
        explained = _text(SHIPPED_LANGUAGES, f"{MESSAGES}.yaml")
        text = begun_language(_language_text(base_code, workspace), code, base_code, explained)
        made[save(workspace.language_folders[0], f"{code}.yaml", text.encode(), new=True)] = base_code
    for pack in own_packs(workspace):
        made.update(_new_words(pack, code, base))
    if not made:
        fact = f"there is nothing to make: {named_language(code)} has a language file and words in each pack"
        raise UsageError(Problem(Place(), "language-exists", fact, f"'circulars language check {code}' checks them"))
    bases = (*dict.fromkeys(one for one in made.values() if one not in ("", code)),)
    return NewLanguage(code, (*made,), bases)


def _check(code: str, base: str, workspace: Workspace) -> None:
    """Refuses a code that is not that of a language, and a base that has no file."""
    if not is_known_code(code):
        usual = usual_code(code)
        hint = f"did you mean '{usual}'?" if usual else "write a code as in CLDR: pt, pt-BR, sw, zh-Hant"
        raise UsageError(Problem(Place(), "wrong-language", f"'{code}' is not a language code", hint))
    if code in TAKEN:
        fact = f"'{code}' is the key for the name of a part of a letter, and cannot be that of a language"
        raise UsageError(Problem(Place(), "wrong-language", fact, f"write '{TAKEN[code]}'"))
    known = known_languages(workspace.language_folders)
    if base and base not in known:
        hint = code_hint(base, known, f"the languages are {', '.join(known)}")
        raise UsageError(Problem(Place(), "unknown-language", f"there is no language '{base}' to begin with", hint))
    if not own_packs(workspace):
        fact = "this folder has no template pack of its own, to which words could be added"
        hint = "make a folder to work in with 'circulars init FOLDER', and begin the language there"
        raise UsageError(Problem(Place(str(workspace.folder / "templates")), "no-pack", fact, hint))


def _language_text(code: str, workspace: Workspace) -> str:
    """The text of a language's file, or of the shipped one that it is based on."""
    folders = (*workspace.language_folders, SHIPPED_LANGUAGES)
    folder = next(folder for folder in folders if (folder / f"{code}.yaml").is_file())
    text = _text(folder, f"{code}.yaml")
    base = base_of(nodes.read_tree(text.encode(), f"{code}.yaml").root)
    return _text(SHIPPED_LANGUAGES, f"{base}.yaml") if base in known_languages() else text


def _text(folder: Path, name: str) -> str:
    return decoded(read_inside(folder, name), str(folder / name))


def _new_words(pack: Path, code: str, base: str) -> Iterator[tuple[Path, str]]:
    """Makes the words of a pack in a language, and adds it to the pack's languages; the files, with their bases."""
    words = pack / "words"
    if not (words / f"{code}.yaml").is_file():
        shipped = SHIPPED_PACKS / pack.name / "words"
        if (shipped / f"{code}.yaml").is_file() and shipped.resolve() != words.resolve():
            base_code, text = code, _text(shipped, f"{code}.yaml")
        else:
            known = sorted(file.stem for file in words.glob("*.yaml"))
            if not known:
                fact = f"the pack '{pack.name}' has no words in any language to begin with"
                raise PackError(Problem(Place(str(words)), "missing-words", fact, "write them in one language first"))
            base_code = base if base in known else nearest_language(code, known)
            explained = _text(words, f"{MESSAGES}.yaml") if MESSAGES in known else ""
            text = begun_words(_text(words, f"{base_code}.yaml"), code, base_code, explained)
        yield save(words, f"{code}.yaml", text.encode(), new=True), base_code
    text = _text(pack, "pack.yaml")
    listed = _with_language(text, code)
    if listed != text:
        yield save(pack, "pack.yaml", listed.encode()), ""


def _with_language(text: str, code: str) -> str:
    """A pack's facts with a language in its list of languages."""
    root = nodes.read_tree(text.encode(), "pack.yaml").root
    if not isinstance(root, nodes.Mapping) or "languages" not in root.pairs:
        return text
    node = root.pairs["languages"][1]
    codes = [one.text for one in nodes.children(node) if isinstance(one, nodes.Scalar)]
    if not isinstance(node, nodes.Sequence) or code in codes:
        return text
    return edited(text, [Edit(*range_of(node, text), f"[{', '.join([*codes, code])}]")])
