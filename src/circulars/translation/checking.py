"""Checks what a language still lacks: in its language file, in the words of packs, and in their fonts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from circulars.compose import words_forms
from circulars.east_asian import has_unspaced
from circulars.errors import CircularsError, PackError, Place, Problem, quoted
from circulars.files.inside import OutsideError, read_in_folder
from circulars.language import (
    MESSAGES,
    SHIPPED,
    Language,
    base_of,
    doubts_of,
    file_faults,
    file_of,
    known_languages,
    load_language,
    locale_of,
    named_language,
    nearest_language,
    no_language,
    script_of,
)
from circulars.model.numerals import LATIN
from circulars.pack import DEFAULT_PACK, Pack, find_pack
from circulars.syntax import nodes
from circulars.syntax.nodes import Tree
from circulars.translation.cldr import Path as Keys
from circulars.translation.marks import MARK, untranslated, values
from circulars.translation.same_words import same_in_language_file, same_in_words
from circulars.workspace import Workspace

_ASKED: Final = ("labels", "footnotes", "blank", "box", "signing")
"""The keys of a language file below which a language has the same keys as that of the program's messages."""
_IN_NOTO_SANS: Final = ("", "Latin", "Cyrillic", "Greek")
"""Scripts in the family of Noto without the name of a script; "" is that of letters without a name."""
_TITLES: Final = ("addressees", "titles")


def check_language(code: str, workspace: Workspace) -> tuple[Problem, ...]:
    """What a language lacks, or has untranslated, in its own file, in the words of the workspace's packs, and in fonts.

    A workspace without packs of its own is checked with the usual pack.

    Raises:
        PackError: there is no such language, and no file for it.
    """
    file = language_file(code, workspace)
    if file is None:
        raise no_language(code, workspace.language_folders)
    problems = [*_file_problems(file, code, workspace)]
    for folder in packs_of(workspace):
        problems += _pack_problems(folder, code, workspace)
    return tuple(sorted(set(problems)))


def language_file(code: str, workspace: Workspace) -> Path | None:
    """The file of a language: the workspace's own, or else the package's; None if it has none."""
    return file_of(code, workspace.language_folders)


def packs_of(workspace: Workspace) -> list[Path]:
    """The folders of the workspace's own packs; if there are none, that of the usual pack."""
    return own_packs(workspace) or [find_pack(DEFAULT_PACK)]


def own_packs(workspace: Workspace) -> list[Path]:
    """The folders of the workspace's own packs."""
    return sorted(file.parent for folder in workspace.pack_folders for file in folder.glob("*/pack.yaml"))


def file_tree(file: Path) -> Tree | None:
    """The nodes of a file; None if it cannot be read."""
    try:
        return nodes.read_tree(read_in_folder(file.parent, file.name, "YAML"), str(file))
    except (CircularsError, OutsideError, OSError):
        return None


def _file_problems(file: Path, code: str, workspace: Workspace) -> Iterator[Problem]:
    faults = file_faults([code], workspace.language_folders)
    yield from (*faults, *doubts_of(code, workspace.language_folders))
    if tree := file_tree(file):
        yield from _marks(tree)
        if isinstance(tree.root, nodes.Mapping) and not base_of(tree.root):
            yield from _absent(tree, faults)
        if _is_new(code):
            files = {other: SHIPPED / f"{other}.yaml" for other in known_languages()}
            yield from same_in_language_file(tree, _trees(files, code))
        if not faults:
            yield from _without_letters(load_language(code, workspace.language_folders), tree)


def _is_new(code: str) -> bool:
    """Whether the program has no file of a language, so that its words were begun from those of another."""
    return code not in known_languages()


def _trees(files: Mapping[str, Path], code: str) -> dict[str, Tree]:
    """The nodes of the files of other languages than one, the nearest language first; without those not read."""
    others = sorted(other for other in files if other != code)
    trees: dict[str, Tree] = {}
    while others:
        nearest = nearest_language(code, others)
        others.remove(nearest)
        if tree := file_tree(files[nearest]):
            trees[nearest] = tree
    return trees


def _without_letters(language: Language, tree: Tree) -> Iterator[Problem]:
    """A problem if lists would have Latin letters in an alphabet that is another one."""
    is_latin = script_of(language.code) in ("", "Latn") or has_unspaced(language.name)
    if language.letters == LATIN and not is_latin and not nodes.descendant(tree.root, "letters"):
        fact = f"the file has no 'letters'; lists with letters would have a to z in {named_language(language.code)}"
        hint = "add 'letters:' with those of lists, in order and without spaces"
        yield Problem(tree.place(tree.root), "missing-words", fact, hint)


def _marks(tree: Tree) -> Iterator[Problem]:
    """A problem for each line that is marked as to be translated."""
    for path, value in untranslated(tree):
        fact = f"'{'.'.join(path)}' is still to be translated: {quoted(' '.join(value.text.split()))}"
        yield Problem(tree.place(value), "untranslated", fact, f"translate the line, and delete '{MARK}'")


def _absent(tree: Tree, faults: Sequence[Problem]) -> Iterator[Problem]:
    """A problem for each word, each title, and each group of these that a language file lacks, beside its faults."""
    usual = file_tree(SHIPPED / f"{MESSAGES}.yaml")
    if usual is None or tree.file == usual.file:
        return
    own = {path for path, _ in values(tree.root)}
    titles = {_either(path[2]) for path in own if path[:2] == _TITLES}
    lacking: dict[Keys, str] = {}
    for path, value in values(usual.root):
        is_asked = path[0] in _ASKED and not any(one[: len(path)] == path for one in own)
        if path[:2] == _TITLES and path[3:] == ("written",):
            is_asked, path = _either(path[2]) not in titles, path[:3]
        if is_asked and not _is_reported(path, tree, faults):
            whole = next(path[:at] for at in range(1, len(path) + 1) if not _has(tree, path[:at]))
            lacking.setdefault(whole, value.text if whole == path else "")
    here = named_language(Path(usual.file).stem)
    for path, words in lacking.items():
        fact = f"the file has no '{'.'.join(path)}'" + (f", which is '{words}' in {here}" if words else "")
        yield Problem(_nearest_place(tree, path), "missing-words", fact, "add it")


def _either(title: str) -> str:
    """The key of a title for a person of either gender."""
    return title.removesuffix("-m").removesuffix("-f")


def _has(tree: Tree, path: Keys) -> bool:
    """Whether a file has something under some keys."""
    return nodes.descendant(tree.root, *path) is not None


def _is_reported(path: Keys, tree: Tree, faults: Sequence[Problem]) -> bool:
    """Whether it is among a file's faults that a key is missing or misspelt, or that of a group that it is in."""
    for at, key in enumerate(path, 1):
        owner = nodes.descendant(tree.root, *path[: at - 1])
        if owner is None or _has(tree, path[:at]):
            continue
        lines = (
            {owner.line, *(typed.line for typed, _ in owner.pairs.values())}
            if isinstance(owner, nodes.Mapping)
            else {owner.line}
        )
        return any(fault.where.line in lines and f"'{key}'" in f"{fault.message} {fault.hint}" for fault in faults)
    return False


def _nearest_place(tree: Tree, path: Keys) -> Place:
    """The place of the innermost key of a path that a file has; its beginning if it has none."""
    node, place = tree.root, tree.place(tree.root)
    for name in path:
        if not isinstance(node, nodes.Mapping) or name not in node.pairs:
            break
        key, node = node.pairs[name]
        place = tree.place(key)
    return place


def _pack_problems(folder: Path, code: str, workspace: Workspace) -> Iterator[Problem]:
    facts = file_tree(folder / "pack.yaml")
    languages = _nearest_place(facts, ("languages",)) if facts else Place(str(folder / "pack.yaml"))
    file = folder / "words" / f"{code}.yaml"
    if not file.is_file():
        fact = f"the pack '{folder.name}' has no words in {named_language(code)}"
        yield Problem(languages, "missing-words", fact, f"'circulars language new {code}' begins them")
        return
    try:
        pack = workspace.pack(folder.name)
    except PackError as error:
        yield from error.problems
        return
    if code not in pack.languages:
        fact = f"'languages' leaves out {named_language(code)}, in which the pack has words"
        yield Problem(languages, "missing-words", fact, f"write 'languages: [{', '.join((*pack.languages, code))}]'")
    if tree := file_tree(file):
        yield from _marks(tree)
        yield from (doubt for doubt in pack.doubts if doubt.where.file == tree.file)
        yield from _unworded(tree, pack, code)
        if _is_new(code):
            files = {other: folder / "words" / f"{other}.yaml" for other in pack.words}
            yield from same_in_words(tree, _trees(files, code))
    with suppress(PackError):  # the problems of the language's file are reported as such
        yield from words_forms(pack.words[code], load_language(code, workspace.language_folders))
    where = _nearest_place(facts, ("fonts", code)) if facts else languages
    yield from _font_problems(pack, code, where, workspace)


def _unworded(tree: Tree, pack: Pack, code: str) -> Iterator[Problem]:
    """A problem for each list, signatory or bureau that the pack names in another language only."""
    for key in ("bureaus", "lists", "signatories"):
        named: dict[str, str] = {}
        for other, words in pack.words.items():
            named = dict.fromkeys(getattr(words, key), other) | named
        for name in named.keys() - getattr(pack.words[code], key).keys():
            fact = f"the file has no '{key}.{name}', which the pack has in {named_language(named[name])}"
            yield Problem(_nearest_place(tree, (key,)), "missing-words", fact, "add it")


def _font_problems(pack: Pack, code: str, where: Place, workspace: Workspace) -> Iterator[Problem]:
    """A problem for each font of the language that is not installed, and for characters that no font shows."""
    # Pango takes a third of a second to load.
    from circulars.render.pdf.engine import FontConfiguration
    from circulars.render.pdf.fonts import missing_families, missing_glyph
    from circulars.render.pdf.glyphs import Glyphs

    families = pack.fonts.families(code)
    for problem in missing_families(families, FontConfiguration().font_map):
        yield Problem(where, problem.code, problem.message, problem.hint)
    try:
        language = load_language(code, workspace.language_folders)
    except PackError:
        return
    glyphs, sample = Glyphs(families), _sample(language, pack)
    unshown = glyphs.unshown(sample)
    for character in unshown:
        yield missing_glyph(where, character)
    letters = {one for one in sample if one.isalpha()}.difference(unshown)
    own = {family.casefold() for family in families}
    others = {name: shown for name, shown in glyphs.families("".join(letters)).items() if name.casefold() not in own}
    if others:
        lacking = "".join(others.values())
        name, other = named_language(code), next(iter(others))
        fact = f"the pack's fonts lack letters of {name}; '{other}' would stand in for them"
        has_them = next((one for one in pack.fonts.all if {*Glyphs([one]).families(lacking)} == {one}), "")
        named_font = has_them or _likely_font(lacking[0])
        hint = f"add '{code}: {{families: [{named_font}]}}' under 'fonts:'"
        if not has_them and other != named_font:
            hint += f", or another font that has them, such as '{other}'"
        yield Problem(where, "missing-font", fact, hint)


def _likely_font(letter: str) -> str:
    """The family of Noto for the script of a letter, which Unicode has at the beginning of the letter's name."""
    script = unicodedata.name(letter, "").partition(" ")[0].title()
    return "Noto Sans" if script in _IN_NOTO_SANS else f"Noto Sans {script}"


def _sample(language: Language, pack: Pack) -> str:
    """Characters that letters in a language have: those of its name, of months, days and countries, and of the pack."""
    locale = locale_of(language.locale)
    dates = (locale.months["format"]["wide"], locale.days["format"]["wide"], locale.territories)
    names = [name for known in dates for name in known.values()]
    words = file_tree(pack.folder / "words" / f"{language.code}.yaml")
    typed = [value.text for _, value in values(words.root)] if words else []
    return "".join([language.name, *map(str, names), *typed]).replace("\n", "")
