"""Builds letters: from a letter's file to its outputs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from circulars.cache.letters import CacheEntry, entry_of
from circulars.compose import (
    NOBODY,
    Composed,
    compose_as_far_as_possible,
    doubts,
    forms_doubts,
    left_out_parts,
    used_columns,
    words_doubts,
)
from circulars.errors import (
    Choice,
    CircularsError,
    LetterError,
    MissingFonts,
    PageError,
    Place,
    Problem,
    several,
)
from circulars.files.output import save_all
from circulars.files.reading import read_file
from circulars.formats import FORMATS, WRITERS
from circulars.language import file_faults, load_language
from circulars.model.document import Attachment, Document, holes_of
from circulars.model.letter import Letter, PlacedName
from circulars.pack import Pack
from circulars.processes import cores
from circulars.processes.crew import Crew, limited
from circulars.processes.limits import Part, seconds_for
from circulars.processes.server import naming
from circulars.provenance import Making, attachments
from circulars.render import known_formats, no_format, writer
from circulars.source.letters import FaultyLetterError, excerpt, read_letter
from circulars.source.letters.identity import identity_of, same_reference
from circulars.source.letters.listed import no_such_language
from circulars.workspace import Workspace, shown, untranslated


@dataclass(frozen=True, slots=True)
class Order:
    """What to build from letters. No ``languages`` means all languages of each letter.

    ``source`` says whether Word files and PDFs carry the letter that they are made from.

    Raises:
        UsageError: a format is unknown, or there is none.
    """

    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS
    audience: Mapping[str, str] = field(default_factory=dict)
    source: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "languages", several("languages", self.languages))
        object.__setattr__(self, "formats", known_formats(self.formats))
        if not self.formats:
            raise no_format()


@dataclass(frozen=True, slots=True)
class Output:
    """A file that was laid out, not yet written."""

    name: str
    language: str
    format: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written. ``size`` is in bytes."""

    path: Path
    language: str
    format: str
    size: int


@dataclass(frozen=True, slots=True)
class Built:
    """The result for one letter: the files written, or the problems that prevented them.

    ``left_out`` counts the parts that only other addressees get; ``holes`` are the fields that only an addressee fills.
    ``unsigned`` are the names of files that replaced signed ones; ``warnings`` are doubts about what the letter says.
    """

    source: Path
    written: tuple[Written, ...] = ()
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0
    left_out: int = 0
    unsigned: tuple[str, ...] = ()
    holes: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()


def documents(letter: Letter, workspace: Workspace, order: Order, drawn: bool = True) -> Iterator[Document]:
    """The letter settled in each language of the order; unless ``drawn``, without the picture of its QR code.

    Raises:
        UsageError: the order names a language that the letter is not in.
        LetterError, PackError: the letter, its pack or a language file has problems; those of all languages at once.
    """
    yield from (composed.document for composed in _composed(letter, workspace, order, drawn))


def _composed(letter: Letter, workspace: Workspace, order: Order, drawn: bool) -> list[Composed]:
    """The letter settled in each language of the order; see :func:`documents`."""
    own = tuple(named.name for named in letter.languages)
    if unknown := [code for code in order.languages if code not in own]:
        raise no_such_language(letter, unknown[0])
    wanted = (named for named in letter.languages if not order.languages or named.name in order.languages)
    settled = [settle(letter, named, workspace, order.audience or NOBODY, drawn) for named in wanted]
    if problems := [problem for _, found in settled for problem in found]:
        raise LetterError(*problems)
    return [composed for composed, _ in settled if composed]


def settle(
    letter: Letter, language: PlacedName, workspace: Workspace, audience: Mapping[str, str] = NOBODY, drawn: bool = True
) -> tuple[Composed | None, tuple[Problem, ...]]:
    """The letter in one of its languages without what cannot be settled, or None if nothing can; and its problems."""
    try:
        pack, words = workspace.pack_of(letter), load_language(language.name, workspace.language_folders)
        composed = compose_as_far_as_possible(letter, words, pack, audience, drawn)
    except CircularsError as error:
        return None, tuple(placed(problem, letter, language) for problem in error.problems)
    return composed, composed.problems


def placed(problem: Problem, letter: Letter, language: PlacedName) -> Problem:
    """The problem, with a place in the letter if it has none: an unknown pack or language is named in the letter."""
    if problem.where.file:
        return problem
    where = {"unknown-language": language.where, "unknown-pack": letter.pack.where if letter.pack else None}
    return replace(problem, where=where.get(problem.code) or Place(letter.file))


def build(letter: Letter, workspace: Workspace, order: Order) -> Iterator[Output]:
    """Lays out every file of a letter: each language of the order, in each of its formats.

    Raises:
        CircularsError: the letter, the pack, the order or the machine has problems.
    """
    for document in documents(letter, workspace, order):
        yield from _laid_out([document], letter, workspace, order, workspace.pack_of(letter))


def _laid_out(
    settled: Iterable[Document], letter: Letter, workspace: Workspace, order: Order, pack: Pack
) -> tuple[Output, ...]:
    """The files of a letter that is settled in some languages. Its pack, its pictures and its words are not trusted."""
    complete = tuple(
        replace(one, attachments=carried_by(one, letter, pack, workspace, order.audience)) if order.source else one
        for one in settled
    )
    modules, part = _modules(order.formats), part_of(letter, order.languages)
    try:
        return limited(part, _outputs, part, letter.name, complete, order.formats, pack, modules=modules)
    except PageError as error:
        found = error.words.items()
        placed = ((replace(one, where=letter.origin.place_of(words, letter.file)), words) for one, words in found)
        raise PageError(*placed) from None


def _modules(formats: Iterable[str]) -> tuple[str, ...]:
    """The modules that write some formats."""
    return tuple(WRITERS[format].preload for format in formats)


def part_of(letter: Letter, languages: Collection[str] = ()) -> Part:
    """A letter in some of its languages, or in all, for problems of limits."""
    remedy = "shorten its longest words and paragraphs, or simplify the pack's templates, stylesheet and drawings"
    seconds = seconds_for(len(letter.origin.text), len(languages or letter.languages))
    return Part(f"the letter '{letter.name}'", remedy, Place(letter.file), seconds)


def _outputs(
    part: Part, name: str, complete: Iterable[Document], formats: Iterable[str], pack: Pack
) -> tuple[Output, ...]:
    outputs, missing = [], MissingFonts()
    for document in complete:
        for format in formats:
            with missing.gathered(), naming(replace(part, name=f"{part.name} in '{document.language}' as {format}")):
                data = writer(format)(document, pack).fill({})
                outputs.append(Output(f"{name}.{document.language}.{format}", document.language, format, data))
    missing.refuse()
    return tuple(outputs)


def carried_by(
    document: Document,
    letter: Letter,
    pack: Pack,
    workspace: Workspace,
    audience: Mapping[str, str],
    merged: bool = False,
) -> tuple[Attachment, ...]:
    """The attachments of a letter's files: its YAML without parts for other readers, and the facts of the build.

    For a ``merged`` copy the facts do not name the audience, because addressees of other audiences may get the same
    parts.
    """
    making = Making(
        letter=f"{letter.name}.yaml",
        language=document.language,
        pack=pack.name,
        pack_sha256=pack.fingerprint,
        language_sha256=load_language(document.language, workspace.language_folders).fingerprint,
        audience={} if merged else used_columns(letter, audience),
        merged=merged,
    )
    left_out = frozenset(part.where for part in left_out_parts(letter, audience))
    yaml = excerpt(letter.origin.text, left_out)
    return attachments(yaml, letter.origin.files, making, document.properties.reference)


@dataclass(frozen=True, slots=True)
class _Finished:
    """A letter's files, and the fields that only an addressee fills."""

    outputs: tuple[Output, ...]
    holes: tuple[str, ...]


def build_file(source: Path, workspace: Workspace, order: Order, folder: Path) -> Built:
    """Builds one letter. All of its outputs are written to ``folder``, or none is."""
    try:
        letter = read_letter(source, shown(source, workspace), workspace.language_folders)
        if built := _from_cache(letter, source, workspace, order, folder):
            return built
    except CircularsError as error:
        return _failed(error, source, workspace)
    return _build_letter(letter, source, workspace, order, folder)


def _build_letter(letter: Letter, source: Path, workspace: Workspace, order: Order, folder: Path) -> Built:
    """Builds a letter that was read from ``source`` and is not in the cache."""
    try:
        entry = _cache_entry(letter, workspace, order)
        finished = _finished(letter, workspace, order, entry.pack if entry else workspace.pack_of(letter))
        built = _saved(finished, source, letter, workspace, order, folder)
        if entry:  # after the outputs, which matter more if the disk is almost full
            entry.keep(finished, _Finished)
    except CircularsError as error:
        return _failed(error, source, workspace)
    return built


def _failed(error: CircularsError, source: Path, workspace: Workspace) -> Built:
    return Built(source, problems=_all_problems(error, workspace, source), exit_code=error.exit_code)


def _cache_entry(letter: Letter, workspace: Workspace, order: Order) -> CacheEntry | None:
    """The place of a letter's files in the cache, or None without a cache."""
    if not workspace.cache:
        return None
    named = (one.name for one in letter.languages if not order.languages or one.name in order.languages)
    languages = [load_language(name, workspace.language_folders) for name in named]
    return entry_of(workspace.cache, letter, languages, workspace.pack_of(letter), order, order.formats)


def _finished(letter: Letter, workspace: Workspace, order: Order, pack: Pack) -> _Finished:
    """Lays out a letter's files."""
    settled = list(documents(letter, workspace, order))
    outputs = _laid_out(settled, letter, workspace, order, pack)
    return _Finished(outputs, tuple(dict.fromkeys(hole for document in settled for hole in holes_of(document))))


def _saved(
    finished: _Finished, source: Path, letter: Letter, workspace: Workspace, order: Order, folder: Path
) -> Built:
    """Writes a letter's files, and returns the result."""
    outputs = finished.outputs
    unsigned = tuple(output.name for output in outputs if _is_signed(folder / output.name))
    paths = save_all(folder, {output.name: output.data for output in outputs})
    written = tuple(
        Written(path, output.language, output.format, len(output.data))
        for path, output in zip(paths, outputs, strict=True)
    )
    left_out = len(left_out_parts(letter, order.audience))
    pack, folders = workspace.pack_of(letter), workspace.language_folders
    unsure = [one for name in letter.languages for one in forms_doubts(letter, load_language(name.name, folders), pack)]
    warnings = _warnings(letter, workspace, unsure)
    return Built(source, written, left_out=left_out, holes=finished.holes, unsigned=unsigned, warnings=warnings)


def _warnings(letter: Letter, workspace: Workspace, unsure: Iterable[Problem]) -> tuple[Problem, ...]:
    """The doubts about a letter, with the ``unsure`` forms of its words, in the order of its file."""
    pack, found = workspace.pack_of(letter), [*letter.warnings, *unsure]
    for named in letter.languages:
        found += words_doubts(letter, load_language(named.name, workspace.language_folders), pack)
        found += untranslated(workspace, pack, named.name)
    return tuple(sorted({*found, *doubts(letter, pack)}))


def _is_signed(path: Path) -> bool:
    """Whether a file is a PDF with a digital signature."""
    try:
        return path.suffix == ".pdf" and b"/ByteRange" in read_file(path, "finished file")
    except OSError:
        return False


def build_files(
    sources: Sequence[Path],
    workspace: Workspace,
    order: Order,
    folder: Path,
    jobs: int = 0,
    refuse: Callable[[Letter], object] = lambda letter: None,
) -> Iterator[Built]:
    """Builds letters and yields their results in order, in ``jobs`` processes (0: one for each core).

    Each letter is read once. ``refuse`` raises a CircularsError for a letter that is not to be built.
    """
    first = identities(sources, workspace)
    known, letters = dict[Path, Built](), dict[Path, Letter]()
    for source in sources:
        try:
            letters[source] = letter = read_letter(source, shown(source, workspace), workspace.language_folders)
            other = first.setdefault(identity_of(letter), letter)
            refuse(letter)
            if other is not letter:
                raise LetterError(same_reference(letter, other))
        except CircularsError as error:
            known[source] = _failed(error, source, workspace)
            continue
        with suppress(CircularsError):  # the process that lays the letter out reports it
            if built := _from_cache(letter, source, workspace, order, folder):
                known[source] = built
    laid_out = _built({one: letters[one] for one in letters if one not in known}, workspace, order, folder, jobs)
    for source in sources:
        yield known.get(source) or next(laid_out)


def _from_cache(letter: Letter, source: Path, workspace: Workspace, order: Order, folder: Path) -> Built | None:
    """Writes a letter's files from the cache, and returns the result; None if they are not in the cache."""
    entry = _cache_entry(letter, workspace, order)
    finished: _Finished | None = entry.find(_Finished) if entry else None
    return _saved(finished, source, letter, workspace, order, folder) if finished else None


def _built(
    letters: Mapping[Path, Letter], workspace: Workspace, order: Order, folder: Path, jobs: int
) -> Iterator[Built]:
    jobs = min(jobs or cores(), (len(letters) + 3) // 4)
    if jobs <= 1:
        yield from (_build_letter(letter, source, workspace, order, folder) for source, letter in letters.items())
        return
    with closing(Crew(jobs, (__name__, *_modules(order.formats)), ended=_ENDED)) as crew:
        tasks = {
            source: crew.submit(
                part_of(letter, order.languages), _build_letter, letter, source, workspace, order, folder
            )
            for source, letter in letters.items()
        }
        for source, task in tasks.items():
            try:
                yield task.result()
            except CircularsError as error:  # the worker was ended, or its memory was not enough
                yield _failed(error, source, workspace)


_ENDED = Problem(
    Place(),
    "process-ended",
    "a process that was building letters was ended from outside",
    "the files already written are complete; there may be too little memory for several processes",
    (Choice("jobs", "build with {}", "1"),),
)
_BY_PACK = {"missing-words", "unknown-kind", "unknown-language", "unknown-list", "unknown-pack", "unknown-signatory"}


def _all_problems(error: CircularsError, workspace: Workspace, source: Path) -> tuple[Problem, ...]:
    """The problems of a letter, with those that its pack finds in the readable rest of the letter."""
    problems = [_with_letter(problem, source, workspace) for problem in error.problems]
    if isinstance(error, FaultyLetterError) and error.partial:
        problems += found_by_pack(error.partial, problems, workspace)
        if faults := file_faults((one.name for one in error.partial.languages), workspace.language_folders):
            # Which formats a language has cannot be told before its file is correct.
            problems = [*faults, *(one for one in problems if one.code != "unknown-format")]
    return tuple(sorted(set(problems)))


def found_by_pack(partial: Letter, problems: Iterable[Problem], workspace: Workspace) -> tuple[Problem, ...]:
    """The problems that only the pack finds in a letter with other ``problems``, which could be read in part."""
    places = {problem.where for problem in problems}
    # Missing keys of the kind are reported only once the letter itself has no faults.
    letter = replace(partial, number=partial.number or "0", group=partial.group or "0")
    found = (p for one in letter.languages if letter.kind.name for p in settle(letter, one, workspace, drawn=False)[1])
    return tuple(one for one in found if one.code in _BY_PACK and one.where not in places)


def _with_letter(problem: Problem, source: Path, workspace: Workspace) -> Problem:
    """The problem, with the letter's place if it has none: a missing glyph is found only when the page is drawn."""
    if problem.where.file or problem.code != "missing-glyph":
        return problem
    return replace(problem, where=Place(shown(source, workspace)))


def identities(sources: Iterable[Path], workspace: Workspace) -> dict[tuple[str, ...], Letter]:
    """The other letters in ``letters/`` than those named, by their identity."""
    named = {source.resolve() for source in sources}
    found: dict[tuple[str, ...], Letter] = {}
    for path in sorted(workspace.letters.glob("*.yaml")):
        if path.resolve() not in named:
            with suppress(CircularsError):
                letter = read_letter(path, shown(path, workspace), workspace.language_folders)
                found.setdefault(identity_of(letter), letter)
    return found


def check_files(sources: Iterable[Path], workspace: Workspace) -> Iterator[Built]:
    """Checks letters and yields their results, with the problems that show when they are settled in their languages."""
    yield from (built for built, _ in checked_letters(sources, workspace))


def checked_letters(
    sources: Iterable[Path], workspace: Workspace, others: dict[tuple[str, ...], Letter] | None = None
) -> Iterator[tuple[Built, tuple[Letter, list[Document]] | None]]:
    """As :func:`check_files`, each with its letter and its documents, if it can be built; ``others`` by identity."""
    named = list(sources)
    first = identities(named, workspace) if others is None else others
    for source in named:
        try:
            letter = read_letter(source, shown(source, workspace), workspace.language_folders)
            composed = _composed(letter, workspace, Order(), drawn=False)  # drawing a QR code cannot fail
        except CircularsError as error:
            yield _failed(error, source, workspace), None
            continue
        other = first.setdefault(identity_of(letter), letter)
        problems = () if other is letter else (same_reference(letter, other),)
        warnings = _warnings(letter, workspace, (doubt for one in composed for doubt in one.doubts))
        built = Built(source, problems=problems, exit_code=bool(problems), warnings=warnings)
        yield built, (letter, [one.document for one in composed])
