"""Reads addressees from YAML, one entry at a time; values are kept as typed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any, NoReturn

import yaml

from circulars.errors import AddresseesError, Place, Problem, did_you_mean
from circulars.source.addressees.bounds import MAX_ROW, ListText, bounded_text, open_text
from circulars.source.addressees.by_entry import ListEntry, list_of_entries
from circulars.source.addressees.encodings import undecodable
from circulars.source.addressees.head import one_kind_of_line_end
from circulars.source.addressees.lists import AddresseeList
from circulars.source.addressees.meaning import column_name
from circulars.syntax.decoding import forbidden_characters
from circulars.syntax.nodes import LOADER, MAX_DEPTH
from circulars.syntax.yaml_errors import (
    LIST_AS_KEY,
    QUOTE,
    SECOND_DOCUMENT,
    UNBALANCED,
    explained,
    tag_fault,
    unquoted_start,
)

_ADD_ID = "write 'id:' and an id into each entry, another in each, and keep it"
_KEY = "addressees"
_BEYOND = 2 * MAX_ROW
_MAX_EXPLAINED = 20_000_000
_PLAIN_TAGS = (None, "!", "tag:yaml.org,2002:str")


def open_entries(text: ListText) -> AddresseeList:
    """The list in a YAML file: a list of mappings, or one under the key ``addressees``.

    Raises:
        AddresseesError: the file is not YAML, or not a list of addressees.
    """
    fact, hint = "the list has no addressees", "write an entry for each, after '- '"
    none = Problem(Place(text.name), "empty-file", fact, hint)
    return list_of_entries(text.name, lambda: _entries(text), none, only_known=False, add_id=_ADD_ID)


def _entries(text: ListText) -> Iterator[ListEntry]:
    name = text.name
    try:
        with bounded_text(text) as lines:
            yield from _Reader(name, yaml.parse(lines, Loader=LOADER), lines.begin_row).entries()
    except UnicodeDecodeError:
        raise AddresseesError(undecodable(text)) from None
    except yaml.MarkedYAMLError as error:
        near = _text(text, error)
        raise AddresseesError(explained(error, name, near) if near else _far(error, name)) from None
    except yaml.YAMLError as error:
        forbidden = [*forbidden_characters(_text(text, error), name)]
        unknown = Problem(Place(name), "yaml-syntax", f"this is not YAML: {error}")
        raise AddresseesError(*(forbidden or [unknown])) from None


def _text(text: ListText, error: yaml.YAMLError) -> str:
    """The file's text a little beyond an error, to explain it; "" if that is far from the beginning."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    end: int = (mark.index if mark else getattr(error, "position", None) or 0) + _BEYOND
    if end > _MAX_EXPLAINED:
        return ""
    with open_text(text, errors="replace") as stream:
        return stream.read(end)


def _far(error: yaml.MarkedYAMLError, name: str) -> Problem:
    """The problem for an error that is too far from the beginning to be explained."""
    mark = error.problem_mark or error.context_mark
    place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
    return Problem(place, "yaml-syntax", f"this is not YAML: {error.problem}", "look at this entry and the one above")


def _is_null(value: Any) -> bool:
    """Whether a value is YAML's null as programs write it; "Null" is text, since it may be a person's name."""
    return bool(value.implicit[0]) and value.value in ("~", "null")


class _Reader:
    """Builds entries from the parser's events, without keeping the events."""

    def __init__(self, name: str, events: Iterator[Any], on_entry: Callable[[int], None]) -> None:
        self._name = name
        self._events = events
        self._on_entry = on_entry
        self._columns: dict[str, str] = {}

    def entries(self) -> Generator[ListEntry]:
        documents = 0
        for event in self._events:
            kind = type(event)
            if kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._stop(event, "two-documents", SECOND_DOCUMENT, "combine them into one list")
            elif kind is yaml.SequenceStartEvent:
                self._check_plain(event)
                yield from self._sequence()
            elif kind is yaml.MappingStartEvent:
                self._check_plain(event)
                yield from self._mapping()
            elif kind is yaml.ScalarEvent and event.value:
                hint = f"write '{_KEY}:', and below it an entry for each addressee, after '- '"
                self._stop(event, "wrong-type", "expected a list of addressees here, found text", hint)

    def _mapping(self) -> Generator[ListEntry]:
        """The entries under the one key that the file may have."""
        for key in self._events:
            if type(key) is yaml.MappingEndEvent:
                return
            self._check_plain(key)
            word = key.value if type(key) is yaml.ScalarEvent else ""
            if word != _KEY:
                hint = did_you_mean(word, [_KEY], f"the file is a list, or has one key '{_KEY}' with a list")
                self._stop(key, "unknown-key", f"'{word}' is not a key of a list of addressees", hint)
            value = next(self._events)
            self._check_plain(value)
            if type(value) is not yaml.SequenceStartEvent:
                self._stop(value, "wrong-type", "expected a list of addressees here", "begin each entry with '- '")
            yield from self._sequence()

    def _sequence(self) -> Generator[ListEntry]:
        for event in self._events:
            if type(event) is yaml.SequenceEndEvent:
                return
            self._check_plain(event)
            line: int = event.start_mark.line + 1
            if type(event) is not yaml.MappingStartEvent:
                self._stop(event, "wrong-type", "expected an addressee here: lines of keys and values", "- id: …")
            self._on_entry(line)
            yield self._entry(line)

    def _entry(self, line: int) -> ListEntry:
        values: dict[str, str] = {}
        problems: list[Problem] = []
        columns, events = self._columns, self._events
        for key in events:
            if type(key) is yaml.MappingEndEvent:
                break
            if type(key) is not yaml.ScalarEvent or key.anchor or key.tag:
                self._check_plain(key)
                if type(key) is not yaml.ScalarEvent:
                    self._stop(key, "key-not-text", LIST_AS_KEY, QUOTE)
            typed = key.value
            if (column := columns.get(typed)) is None:
                column = columns[typed] = self._column(key)
            value = next(events)
            if type(value) is yaml.ScalarEvent and not value.anchor and not value.tag:
                text = "" if _is_null(value) else one_kind_of_line_end(value.value.strip())
            else:
                text = self._lines(value, column, problems)
            if column in values:
                fact = f"{column}: duplicate key '{typed}'"
                hint = "is '- ' missing before a new entry? otherwise keep one of the two"
                problems.append(self._problem(key, "duplicate-key", fact, hint))
            else:
                values[column] = text
        return ListEntry(values, line, tuple(problems))

    def _column(self, key: Any) -> str:
        if not (name := column_name(key.value)):
            self._stop(key, "wrong-column-name", f"'{key.value}' is not a valid key", "write a name with letters")
        return name

    def _lines(self, value: Any, column: str, problems: list[Problem]) -> str:
        """A value that is text, or a list of texts as lines; anything else is a problem of the entry."""
        self._check_plain(value)
        if type(value) is yaml.ScalarEvent:
            return "" if _is_null(value) else one_kind_of_line_end(value.value.strip())
        flat, depth, lines = type(value) is yaml.SequenceStartEvent, 1, []
        while depth:
            event = next(self._events)
            kind = type(event)
            if kind is yaml.ScalarEvent:
                lines.append(event.value.strip())
            elif kind is yaml.SequenceEndEvent or kind is yaml.MappingEndEvent:
                depth -= 1
                continue
            else:
                flat, depth = False, depth + 1
            if depth > MAX_DEPTH:
                fact = f"the entry is nested more than {MAX_DEPTH} levels deep here"
                self._stop(event, "too-deep", fact, UNBALANCED)
            self._check_plain(event)
        if flat:
            return one_kind_of_line_end("\n".join(lines))
        hint = "put the text in quotation marks; a list of lines is allowed, too"
        problems.append(self._problem(value, "wrong-type", f"{column}: expected text here", hint))
        return ""

    def _check_plain(self, event: Any) -> None:
        """Refuses aliases, which could expand to any size, and tags, since every cell is text."""
        if type(event) is yaml.AliasEvent:
            fact = f"{unquoted_start('*')}: YAML takes '*{event.anchor}' for a reference"
            self._stop(event, "yaml-alias", fact, "put the text in quotation marks, or write out what it repeats")
        if getattr(event, "anchor", None):
            fact = f"'&{event.anchor}' is not part of the text: YAML takes it for an anchor"
            self._stop(event, "yaml-anchor", fact, "put the text in quotation marks, or delete it")
        tag = getattr(event, "tag", None)
        if tag not in _PLAIN_TAGS:
            self._stop(event, "yaml-tag", *tag_fault(tag))

    def _problem(self, event: Any, code: str, fact: str, hint: str) -> Problem:
        mark = event.start_mark
        return Problem(Place(self._name, mark.line + 1, mark.column + 1), code, fact, hint)

    def _stop(self, event: Any, code: str, fact: str, hint: str) -> NoReturn:
        raise AddresseesError(self._problem(event, code, fact, hint))
