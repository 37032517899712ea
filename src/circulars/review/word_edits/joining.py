"""Compares new entries of a letter with those of another language's file: who says the same, and who lacks a text."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from circulars.source.editing import AddKey, Path
from circulars.source.editing.forms import Form


def says(entry: Form, wanted: Form, language: str, codes: Collection[str]) -> bool:
    """Whether an entry has all that a wanted one has in a language."""
    own = {*_texts(entry, language, codes)}
    texts = [*_texts(wanted, language, codes)]
    return bool(texts) and own.issuperset(texts)


def missing_texts(entry: Form, wanted: Form, at: Path, language: str, codes: Collection[str]) -> list[AddKey]:
    """The texts that an entry lacks in a language, if it has others where the wanted one has these; or none."""
    if _outline(entry) != _outline(wanted):
        return []
    found: list[AddKey] = []
    for path, text in leaves(wanted):
        owner = _at(entry, path[:-1])
        if path[-1:] != (language,):
            if _at(entry, path) != _at(wanted, path):
                return []
        elif not isinstance(owner, dict) or language in owner or not any(code in owner for code in codes):
            return []
        else:
            found.append(AddKey((*at, *path), text))
    return found


def is_rest_of(entry: Form, base: Form, codes: Collection[str]) -> bool:
    """Whether an entry has a text in some language that another one had at the same place."""
    own = {one for one in leaves(entry) if one[0][-1:] and one[0][-1] in codes}
    return not own.isdisjoint(leaves(base))


def leaves(form: Form, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The texts in a form, with the paths to them."""
    if isinstance(form, dict):
        for key, value in form.items():
            yield from leaves(value, (*path, key))
    elif isinstance(form, list):
        for number, value in enumerate(form):
            yield from leaves(value, (*path, number))
    elif isinstance(form, tuple):
        yield path, form[0]


def _texts(form: Form, language: str, codes: Collection[str]) -> Iterator[tuple[Path, str]]:
    """The texts in a language, and those that are the same in all."""
    for path, text in leaves(form):
        if path[-1:] == (language,):
            yield path[:-1], text.rstrip("\n")
        elif not path or path[-1] not in codes:
            yield path, text.rstrip("\n")


def _outline(form: Form) -> int | None:
    """How many cells a row has; None of what is no row."""
    return len(form) if isinstance(form, list) else None


def _at(form: Form, path: Path) -> Form | None:
    found: Form | None = form
    for step in path:
        if isinstance(found, dict):
            found = found.get(str(step))
        elif isinstance(found, list) and isinstance(step, int) and step < len(found):
            found = found[step]
        else:
            return None
    return found
