"""Understands the header row of a list: which column each head is, and which columns are made of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from circulars.errors import AddresseesError, Choice, Problem, did_you_mean
from circulars.model.addressee import MAIL_COLUMNS
from circulars.source.addressees.addresses import read_addresses
from circulars.source.addressees.heads import Heads, Made
from circulars.source.addressees.layout import Layout
from circulars.source.addressees.parts import Value, first_filled, first_of_several, in_order, person
from circulars.source.addressees.settings import Setting

TitleShare = Callable[[int], float]
"""A function from the number of a column, from 0, to the share of its filled cells that are titles of persons."""
_MANY: Final = 9
_OF_GOOGLE: Final = "several-emails"
"""The field of a column that has several e-mail addresses in a cell, as Google writes them."""


def understand(
    file: str,
    row: int,
    typed: Sequence[str],
    settings: Iterable[Setting],
    remembered: Iterable[Setting],
    title_share: TitleShare,
    *,
    judged: str = "",
    only_known: bool = False,
) -> Layout:
    """How a list with these heads is read.

    ``remembered`` settings count where no other does and the list has their heads. ``judged`` says what a column
    'Salutation' was in an earlier list: "title" or "salutation". With ``only_known`` no head means
    more than its own name.

    Raises:
        AddresseesError: two heads mean the same column, or a setting names a head that the list does not have.
    """
    heads = Heads(file, row, typed, only_known=only_known)
    settled = [setting for setting in settings if _settle(heads, setting)]
    for setting in remembered:
        if setting.column not in heads.closed and all(heads.find(head) is not None for head in setting.heads):
            _settle(heads, setting)
            settled.append(setting)
    chosen = frozenset(
        heads.meaning(n).group
        for setting in settled
        if setting.column == "address"
        for n in map(heads.find, setting.heads)
        if n is not None
    )
    for column in ("language", "category", "suffix", *MAIL_COLUMNS):
        heads.take_one(column, heads.of(column))
    _read_id(heads)
    _read_organization(heads)
    judged = _read_title(heads, title_share, judged)
    _read_person(heads)
    read_addresses(heads, chosen)
    _read_emails(heads)
    if heads.problems:
        raise AddresseesError(*heads.problems)
    return heads.layout(tuple(map(str, settled)), judged)


def _settle(heads: Heads, setting: Setting) -> bool:
    """Reads a column as a setting says. A head that the list does not have is a problem."""
    missing = [head for head in setting.heads if heads.find(head) is None]
    for head in missing:
        known = [typed for typed in heads.typed if typed]
        hint = did_you_mean(head, known, f"the list has: {', '.join(known)}")
        fact = f"{setting.column}: the list has no column '{head}'"
        place = setting.place if setting.place.file else heads.place()
        heads.problems.append(Problem(place, "unknown-column", fact, hint))
    lines = [[n for n in map(heads.find, line) if n is not None] for line in setting.lines]
    heads.settle(setting.column, heads.lines(lines))
    return not missing


def _read_id(heads: Heads) -> None:
    """Takes the id. A number after a street is that of the house; otherwise a number is the id if nothing else is."""
    named = heads.of("id")
    own = [n for n in named if heads.typed[n].strip().lower() == "id"]
    numbers = [n for n in heads.of("number") if not n or heads.meaning(n - 1).field != "street"]
    heads.take_one("id", own[:1] if len(own) == 1 else named or numbers)


def _read_organization(heads: Heads) -> None:
    """Takes the organization; of several numbered ones, a row gets the first that is filled.

    "Name 1", "Name 2" are its lines in a list that has other names of persons or several of them, as SAP exports.
    """
    lines = [n for n in heads.of("name", "nom", most=_MANY) if heads.meaning(n).number]
    persons = heads.of("given", "surname", "full-name") or [n for n in heads.of("name", "nom") if n not in lines]
    if (len(lines) > 1 or (lines and persons)) and not heads.of("organization", most=_MANY):
        if heads.are_distinct("organization", lines):
            heads.take("organization", heads.lines([[n] for n in lines]))
        return
    found = heads.of("organization", most=_MANY)
    if found and heads.are_distinct("organization", found):
        heads.take("organization", _first_of(heads, found))


def _first_of(heads: Heads, numbers: Sequence[int]) -> Made:
    values = [_first_text(heads, n) for n in numbers]
    words = " or else ".join(map(heads.quoted, numbers))
    is_cell = len(numbers) == 1 and heads.meaning(numbers[0]).field != _OF_GOOGLE
    return Made(tuple(numbers), first_filled(values), words, is_cell=is_cell)


def _first_text(heads: Heads, number: int) -> Value:
    """The cell below a head, or the first of the texts that Google has put into it."""
    return first_of_several(heads.name(number)) if heads.meaning(number).field == _OF_GOOGLE else heads.cell(number)


def _read_title(heads: Heads, title_share: TitleShare, judged: str) -> str:
    """Takes title and salutation. Returns which of the two the values of a column decided that it is, or "".

    A column 'Salutation' has titles ("Ms") in some lists, and openings of letters ("Dear Ana,") in others.
    """
    titles, openings = heads.of("title"), heads.of("salutation")
    titles += [n for n in heads.of("doubtful-title") if not titles and title_share(n) > 0.5]
    if len({heads.typed[n] for n in titles}) == 1:
        titles = titles[:1]  # a second 'Titre', as in Outlook's French export, is a post
    if len(openings) != 1 or {"title", "salutation"} & heads.closed:
        judged = ""
    elif not judged and (share := title_share(openings[0])) >= 0:
        judged = "title" if share > 0.5 else "salutation"
    if judged == "title":
        # The other column says what somebody's post is, unless it has titles as well.
        titles = [openings.pop(), *(n for n in titles if title_share(n) > 0.5)]
    heads.take_one("title", titles)
    heads.take_one("salutation", openings)
    return judged


def _read_person(heads: Heads) -> None:
    """Takes the names of persons."""
    given, names, noms, whole = (heads.of(field) for field in ("given", "name", "nom", "full-name"))
    surnames = [*heads.of("surname", most=_MANY), *heads.of("second-surname")]
    if given:
        if noms and not surnames:
            surnames, noms = noms, []
        if names and surnames:
            whole = [*names, *whole]
        elif names and "name" not in heads.closed and "surname" not in heads.closed:
            _report_name(heads, given[0], names[0])
    else:
        given, noms = (names, noms) if names else (noms, [])
        if noms and not surnames:
            surnames = noms
    if surnames and heads.are_distinct("surname", surnames):
        heads.take("surname", heads.lines([surnames]))
    if not given:
        heads.take_one("name", whole[:1])
    elif "name" not in heads.closed:
        if len(given) > 1:
            heads.twice("name", given[0], given[1])
        _take_name(heads, given[0], heads.of("middle"), whole[:1])


def _take_name(heads: Heads, given: int, middle: Sequence[int], whole: Sequence[int]) -> None:
    """Takes the name: given and middle names, or the whole name in rows that have neither these nor a surname."""
    made = heads.lines([[given, *middle]])
    if whole:
        value = person(made.value, heads.value_of("surname"), heads.cell(whole[0]))
        made = Made((*made.cells, *whole), value, f"{made.words} or else {heads.quoted(whole[0])}")
    heads.take("name", made)


def _report_name(heads: Heads, given: int, name: int) -> None:
    both = f"{heads.quoted(given)} and {heads.quoted(name)}"
    fact = f"{both} (columns {given + 1} and {name + 1}): the second may be the surname or the whole name"
    head = heads.typed[name]
    choices = (
        Choice("columns", "for the surname", str(Setting("surname", ((head,),)))),
        Choice("columns", "for the whole name", str(Setting("name", ((head,),)))),
    )
    heads.problems.append(Problem(heads.place(name), "column-twice", fact, choices=choices))


def _read_emails(heads: Heads) -> None:
    """Takes the e-mail address; of several, a row gets the first that is filled."""
    if "email" in heads.closed:
        return
    found = [n for group in heads.groups() for n in heads.of("email", _OF_GOOGLE, group=group, most=_MANY)]
    if not found or not heads.are_distinct("email", found):
        return
    found += heads.of("second-email")
    organization = heads.value_of("organization")
    # One that does not say whether it is that of an office or of a home is the one for mail.
    kinds = [heads.meaning(n).group or "mailing" for n in found]
    ordered = [found[place] for place in in_order(kinds, business=organization is not None)]
    made = _first_of(heads, ordered)
    if organization and {"business", "home"} <= {*kinds}:
        values = [_first_text(heads, n) for n in found]
        words = f"{made.words} (home first where there is no organization)"
        made = Made(made.cells, _by_kind(values, kinds, organization), words)
    heads.take("email", made)


def _by_kind(values: Sequence[Value], kinds: Sequence[str], organization: Value) -> Value:
    """The first value that is filled: business before home where there is an organization."""
    orders = {
        business: first_filled([values[place] for place in in_order(kinds, business=business)])
        for business in (True, False)
    }

    def value(cells: Mapping[str, str]) -> str:
        return orders[bool(organization(cells))](cells)

    return value
