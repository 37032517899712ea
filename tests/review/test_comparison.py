"""The tree of matched parts: it has both documents in it, and each text where a reader looks for it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circulars.model.document import SettledAnnex
from circulars.model.text import Block, Item, Items, Paragraph, Table
from circulars.review.comparing.compare import changes_of
from circulars.review.comparing.comparison import Comparison, Matched, comparison
from circulars.review.comparing.tree import EVERYBODY, Unit, tree_of
from review.drafts import ENGLISH, bullets, cell, numbered, with_body, words
from work import lines_run

TEXTS = ("text", "item", "item text")
HALL = "The hall opens at 0800 hours."
PASSPORT = "Delegates are kindly asked to bring a valid passport to the desk."
BUS = "The shuttle bus leaves from the central station every hour."
LUNCH = "Lunch is offered in the garden of the hotel."


def compared(old: Sequence[Block], new: Sequence[Block]) -> Comparison:
    """The comparison of two bodies."""
    return comparison(with_body(*old), with_body(*new))


def nodes(comparison: Comparison, *fates: str) -> list[Matched]:
    """The parts with these fates, in reading order."""
    return [part for part in comparison.root.walk() if part.fate in fates]


def old_words(part: Matched) -> str:
    """The old words of a part."""
    return part.old.words if part.old else ""


def texts(unit: Unit) -> list[str]:
    """The words of all texts of a document, in reading order."""
    return [part.words for part in unit.walk() if part.family in TEXTS]


def texts_of(part: Matched, is_old: bool) -> Iterator[str]:
    """The words of all texts of one of the two documents, as the tree has them; those of pieces are put together."""
    fates = ("kept", "removed", "moved away") if is_old else ("kept", "added", "moved")
    if part.fate == ("split" if is_old else "merged"):
        pieces = [(one.old if is_old else one.new) for one in part.walk() if one.fate == "kept"]
        yield "".join(unit.words for unit in pieces if unit and unit.family in TEXTS)
        return
    unit = part.old if is_old else part.new
    if unit and unit.family in TEXTS and part.fate in fates:
        yield unit.words
    if part.fate != ("moved" if is_old else "moved away"):
        for inner in part.parts:
            yield from texts_of(inner, is_old)


def test_a_split_paragraph_has_its_pieces() -> None:
    """The pieces have parts of the old words, and no word is marked."""
    result = compared(numbered(f"{HALL} {PASSPORT}", BUS), numbered(HALL, PASSPORT, BUS))

    (split,) = nodes(result, "split")
    assert split.old and split.new is None
    assert [old_words(piece) for piece in split.parts] == [f"{HALL} ", PASSPORT]
    assert all(segment.mark == "equal" or segment.quiet for piece in split.parts for segment in piece.words)


def test_a_paragraph_is_split_into_a_paragraph_and_a_list() -> None:
    """The list is added, and its entries are pieces of the paragraph."""
    old = numbered("Kindly bring these: a valid passport with a visa, the printed letter of invitation.", BUS)
    first, bus = numbered("Kindly bring these:", BUS)
    new = (first, bullets("body.1.items", "a valid passport with a visa;", "the printed letter of invitation."), bus)

    (split,) = nodes(compared(old, new), "split")

    assert [(part.fate, part.unit.family) for part in split.parts] == [("kept", "text"), ("added", "list")]
    assert [(part.fate, old_words(part)) for part in split.parts[1].parts] == [
        ("kept", "a valid passport with a visa, "),
        ("kept", "the printed letter of invitation."),
    ]


def test_an_entry_is_split() -> None:
    """Two entries of the same list are the pieces of one."""
    old = bullets("list", f"{HALL} {PASSPORT}", LUNCH)

    (split,) = nodes(compared((old,), (bullets("list", HALL, PASSPORT, LUNCH),)), "split")

    assert [old_words(piece) for piece in split.parts] == [f"{HALL} ", PASSPORT]


def test_three_paragraphs_are_merged_and_one_of_them_is_edited() -> None:
    """Only the edited word is marked."""
    merged = f"{HALL} {PASSPORT.replace('passport', 'visa')} {BUS}"

    (change,) = [c for c in changes_of(compared(numbered(HALL, PASSPORT, BUS, LUNCH), numbered(merged, LUNCH)))
                 if c.kind != "consequences"]  # fmt: skip

    assert (change.kind, change.place, change.was) == ("merged", "paragraph 1", "paragraphs 1, 2 and 3")
    assert [s.text for s in change.segments if s.mark != "equal" and not s.quiet] == ["passport", "visa"]
    assert change.new_text == merged
    assert change.old_text == f"{HALL}\n{PASSPORT}\n{BUS}"


def test_a_text_beside_another_with_the_same_words_is_not_split() -> None:
    """A new paragraph that repeats words of its neighbour is added."""
    result = compared(numbered(PASSPORT, BUS), numbered(PASSPORT, f"{PASSPORT} {LUNCH}", BUS))

    assert nodes(result, "split", "merged") == []
    assert [part.unit.words for part in nodes(result, "added")] == [f"{PASSPORT} {LUNCH}"]


def test_a_paragraph_that_became_an_entry_is_kept_where_it_is() -> None:
    """It is in the added list, and nothing is left in its old place."""
    old = numbered("Kindly note:", HALL, BUS)
    new = (old[0], bullets("body.1.items", HALL), numbered("", BUS)[1])

    result = compared(old, new)

    (entry,) = [part for part in nodes(result, "kept") if part.unit.family == "item" and "hall" in part.unit.words]
    assert entry.old and entry.old.family == "text"
    assert HALL not in [part.unit.words for part in nodes(result, "removed", "moved away")]


def test_an_entry_that_goes_to_another_list_is_moved() -> None:
    """Its ";" is no change, because the list supplies it."""
    to, copy = ENGLISH.addressees
    associates, academia = copy.entries
    new_to = replace(to, entries=(replace(to.entries[0], spans=words(f"{to.entries[0].spans[0].text};")),
                                  replace(associates, spans=words("ITU-T Associates"))))  # fmt: skip
    result = comparison(ENGLISH, replace(ENGLISH, addressees=(new_to, replace(copy, entries=(academia,)))))

    (change,) = changes_of(result)

    assert (change.kind, change.place, change.was) == ("moved", "To, item 2", "Copy, item 1")


def test_a_paragraph_goes_to_an_annex() -> None:
    """It moved, although the annex is new."""
    annex = SettledAnnex("visas", "ANNEX", "", words("Visas"), (Paragraph(words(PASSPORT), "", "visas.1"),), "Annex")
    old = replace(with_body(*numbered(HALL, PASSPORT)), annexes=())
    new = replace(with_body(*numbered(HALL)), annexes=(annex,))

    (moved,) = nodes(comparison(old, new), "moved")

    assert moved.new and moved.new.place == "Annex, Visas, paragraph 1"


# Columns.


def grid(*rows: str) -> Table:
    """A table; cells are separated by "|", and the first row is the head."""
    head, *others = (tuple(cell(text) for text in row.split("|")) for row in rows)
    return Table(head, tuple(others), tuple(1 / len(head) for _ in head), id="table")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (("A|B", "1|2", "3|4"), ("A|B|C", "1|2|5", "3|4|6"), ["kept 0 0", "kept 1 1", "added -1 2"]),
        (("A|B|C", "1|2|5", "3|4|6"), ("A|C", "1|5", "3|6"), ["kept 0 0", "removed 1 -1", "kept 2 1"]),
        (("A|B|C", "1|2|5", "3|4|6"), ("B|C|A", "2|5|1", "4|6|3"), ["kept 1 0", "kept 2 1", "moved 0 2"]),
        (("A|B", "1|2", "3|4"), ("A|Z", "1|2", "3|4"), ["kept 0 0", "kept 1 1"]),
        (("A|B", "1|2", "3|4"), ("A|C|Z", "1|5|2", "3|6|4"), ["kept 0 0", "added -1 1", "kept 1 2"]),
        (("A|B", "1|u v", "3|w x"), ("A|C", "1|5", "3|6"), ["kept 0 0", "removed 1 -1", "added -1 1"]),
    ],
)
def test_columns_are_matched(old: tuple[str, ...], new: tuple[str, ...], expected: list[str]) -> None:
    """By their heads, or by their cells if they were renamed."""
    table = next(part for part in nodes(compared((grid(*old),), (grid(*new),)), "kept") if part.columns)

    columns = [f"{column.fate} {column.old} {column.new}" for column in table.columns]

    assert sorted(columns) == sorted(expected)


def test_cells_of_other_columns_are_untouched() -> None:
    """A changed cell is changed, beside a column that was added at the left."""
    old, new = (
        grid("Doc|Title", "5/901|Buoys", "5/902|Meters"),
        grid("Day|Doc|Title", "Mo|5/901|Buoy", "Fr|5/902|Meters"),
    )

    changes = changes_of(compared((old,), (new,)))

    assert [(change.kind, change.new_text) for change in changes] == [("column", "Day | Mo | Fr"), ("changed", "Buoy")]


# Any edits.

WORD = st.sampled_from("hall desk visa fee plan room city day bus form note the of in and".split())
SENTENCE = st.lists(WORD, min_size=3, max_size=9).map(lambda found: f"{' '.join(found).capitalize()}.")
SENTENCES = st.lists(SENTENCE, min_size=1, max_size=3).map(" ".join)
TEXT_LISTS = st.lists(SENTENCES, min_size=2, max_size=7)


def body_of(paragraphs: Sequence[str], listed: frozenset[int]) -> list[Block]:
    """Paragraphs, of which those with the numbers in ``listed`` are entries of lists."""
    blocks: list[Block] = []
    for number, text in enumerate(paragraphs):
        if number not in listed:
            blocks.append(Paragraph(words(text), str(number + 1), f"body.{number + 1}"))
        elif blocks and isinstance(blocks[-1], Items):
            blocks[-1] = replace(blocks[-1], entries=(*blocks[-1].entries, Item("•", words(text))))
        else:
            blocks.append(Items("bullets", (Item("•", words(text)),), f"body.{number + 1}"))
    return blocks


def edited(paragraphs: list[str], chance: random.Random) -> list[str]:
    """The paragraphs after an edit as an author makes it."""
    place = chance.randrange(len(paragraphs))
    before, text, after = paragraphs[:place], paragraphs[place], paragraphs[place + 1 :]
    first, _, others = text.partition(". ")
    edits: list[Callable[[], list[str]]] = [
        lambda: [*before, f"{first}.", others or "That is all.", *after],
        lambda: [*before, " ".join([text, *after[:1]]), *after[1:]],
        lambda: [*before, *after, text],
        lambda: [*before, *after] or ["Nothing."],
        lambda: [*before, "Something new is here.", text, *after],
        lambda: [*before, text.replace("hall", "garden"), *after],
    ]
    return chance.choice(edits)()


LISTED = st.frozensets(st.integers(0, 7))


@given(TEXT_LISTS, LISTED, LISTED, st.integers(1, 4), st.integers(0, 1000))
def test_the_tree_has_both_documents(
    paragraphs: list[str], before: frozenset[int], after: frozenset[int], edits: int, seed: int
) -> None:
    """Read one way it is the old document, read the other way the new one, in their orders and word by word."""
    chance = random.Random(seed)  # no secret
    changed = paragraphs
    for _ in range(edits):
        changed = edited(changed, chance)
    old, new = with_body(*body_of(paragraphs, before)), with_body(*body_of(changed, after))

    root = comparison(old, new).root

    assert list(texts_of(root, is_old=True)) == texts(tree_of(old, EVERYBODY))
    assert list(texts_of(root, is_old=False)) == texts(tree_of(new, EVERYBODY))
    for part in root.walk():
        if part.unit.family in TEXTS and part.fate not in ("split", "merged"):
            assert "".join(s.text for s in part.words if s.mark != "added") == (part.old.words if part.old else "")
            assert "".join(s.text for s in part.words if s.mark != "removed") == (part.new.words if part.new else "")


@given(TEXT_LISTS, LISTED)
def test_a_letter_with_new_typography_has_only_quiet_changes(paragraphs: list[str], listed: frozenset[int]) -> None:
    """Other spaces and other apostrophes in every paragraph are set apart."""
    other = [text.replace(" the ", "\u00a0the\u202f") for text in paragraphs]

    changes = changes_of(compared(body_of(paragraphs, listed), body_of(other, listed)))

    assert {change.kind for change in changes} <= {"typography"}


# Bounds.


def apart(count: int) -> tuple[list[Block], list[Block]]:
    """Paragraphs that all have the same words, and as many with other words."""
    return [*numbered(*["the same words are here"] * count)], [*numbered(*["all other words stand there"] * count)]


def made_a_list(count: int) -> tuple[list[Block], list[Block]]:
    """Paragraphs that all became entries of one list."""
    texts = [f"paragraph {number} is a text of its own" for number in range(count)]
    return [*numbered(*texts)], [bullets("list", *texts)]


def split_in_two(count: int) -> tuple[list[Block], list[Block]]:
    """Paragraphs that were all split after their first sentence."""
    pairs = [(f"Paragraph {n} is a text.", f"Sentence {n} follows it here.") for n in range(count)]
    return [*numbered(*(" ".join(pair) for pair in pairs))], [*numbered(*(text for pair in pairs for text in pair))]


@pytest.mark.parametrize("letters", [apart, made_a_list, split_in_two])
def test_work_grows_as_the_letter_does(letters: Callable[[int], tuple[list[Block], list[Block]]]) -> None:
    """Four times as many paragraphs are not more than about four times the work, whatever they have in common."""
    short, long = letters(100), letters(400)

    work = lines_run(lambda: compared(*short))

    assert lines_run(lambda: compared(*long)) < 6 * work
