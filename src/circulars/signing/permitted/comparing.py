"""What the rules on an update share: the objects before and after it, and what was found out about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeGuard

from circulars.revisions import Ref, Revision, State, Value
from circulars.signing.values import Box


class NotPermittedError(ValueError):
    """An update changes something that no signature needs; the argument says what."""


@dataclass(frozen=True, slots=True)
class Widget:
    """The field of a new signature: its reference, its signature, its page, and the area that it covers there.

    ``box`` is ``None`` if nothing shows on the page. ``filled`` means that the field was there before, and empty.
    """

    field: Ref
    value: Ref
    name: bytes
    is_stamp: bool
    page: Ref | None = None
    box: Box | None = None
    filled: bool = False


@dataclass(slots=True)
class Review:
    """Compares the objects of a PDF before and after an update; ``data`` is the file to the update's end.

    ``allowed`` collects the objects whose change a rule explains, and ``faults`` what rules found wrong, by object.
    """

    old: State
    new: State
    revision: Revision
    data: bytes
    allowed: set[Ref] = field(default_factory=set)
    faults: dict[Ref, str] = field(default_factory=dict)
    widgets: list[Widget] = field(default_factory=list)
    pages: list[Ref] = field(init=False)
    evidence: bool = False

    def __post_init__(self) -> None:
        self.pages = self.old.pages()

    def is_changed(self, value: Value) -> TypeGuard[Ref]:
        """Whether a value refers to an object that the update adds or replaces."""
        return isinstance(value, Ref) and value in self.revision.objects

    def is_new(self, value: Value) -> bool:
        """Whether a value refers to an object that the update adds."""
        return self.is_changed(value) and not self.old.has(value)

    def changed_entries(self, ref: Ref) -> set[str]:
        """The names of a dictionary's entries that the update changes."""
        before, after = self.old.dictionary(ref), self.new.dictionary(ref)
        return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}

    def judging(self, ref: Ref) -> _Judging:
        """A block in which a fault is recorded for an object, so that the other rules are applied, too."""
        return _Judging(self.faults, ref)

    def adopt(self, before: Value, after: Value, fault: str) -> None:
        """Allows the object that holds a value, if it stays the same object, or is new."""
        if isinstance(after, Ref):
            if after != before and not (self.is_new(after) and not isinstance(before, Ref)):
                raise NotPermittedError(fault)
            if after in self.revision.objects:
                self.allowed.add(after)
        elif isinstance(before, Ref):
            raise NotPermittedError(fault)


@dataclass(slots=True)
class _Judging:
    """Records what a rule finds wrong, and goes on with the next rule."""

    faults: dict[Ref, str]
    ref: Ref

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if not isinstance(error, NotPermittedError):
            return False
        self.faults.setdefault(self.ref, str(error))
        return True


def text_of(value: bytes) -> str:
    """A text string (ISO 32000-1, 7.9.2.2), for people."""
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    return value.decode("latin-1")


def shown(name: Value) -> str:
    """The name of a field, in quotation marks."""
    return f"'{text_of(name)}'" if isinstance(name, bytes) else "without a name"


def listed(names: set[str]) -> str:
    """Names in one line."""
    return ", ".join(sorted(names))
