"""Sets git up for letters, in one repository: how it shows, compares and merges them."""

from __future__ import annotations

import importlib.resources
import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from circulars import __version__
from circulars.characters import forbidden_in
from circulars.errors import Place, Problem, UsageError, visible
from circulars.files.inside import OutsideError, read_in_folder
from circulars.files.output import delete_files, save
from circulars.review.versions.git import run_git
from circulars.workspace import Workspace

ATTRIBUTES: Final = ".gitattributes"
_SECTIONS: Final = ("diff.circulars", "merge.circulars", "difftool.circulars")
_BEGIN, _END = "# circulars: written by 'circulars git install'", "# circulars: end"
_EXPRESSION: Final = "${{"  # begins an expression in workflows, which is the text itself if it is a quoted text
_JOINED: Final = " (the file had no line end)"
_BLOCK: Final = re.compile(
    rf"(?:\n(?={re.escape(_BEGIN + _JOINED)}))?{re.escape(_BEGIN)}[^\n]*\n.*?{re.escape(_END)}\n", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class GitSetup:
    """What git is told about letters: values of its configuration, and lines of ``.gitattributes`` in ``top``."""

    top: Path
    values: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]

    def text(self) -> str:
        """What is set, in words and lines to show before it is done."""
        values = "".join(f"  {name} = {visible(value)}\n" for name, value in self.values)
        lines = "".join(f"  {visible(line)}\n" for line in self.lines)
        where = visible(f"in {self.top / ATTRIBUTES}")
        return f"in the configuration of this repository (git config --local):\n{values}{where}:\n{lines}"


def git_setup(workspace: Workspace, program: tuple[str, ...]) -> GitSetup:
    """What git is to be told so that it calls ``program`` for the letters of a folder and for Word files.

    Raises:
        NoGitError: git is not installed, or the folder is not in a repository.
        UsageError: the repository has no work tree, or git's files cannot have the name of the folder.
    """
    top = _top(workspace)
    inside = workspace.folder.resolve().relative_to(top).as_posix()
    if wrong := forbidden_in(inside) or ("\n" in inside and ("", "a line break", "")):
        fact = f"the name of the folder '{inside}' has a character that is not allowed: {wrong[1]}"
        raise UsageError(Problem(Place(), "wrong-name", fact, "give the folder another name"))
    command = " ".join(map(shlex.quote, (*program, *(() if inside == "." else ("-C", inside)))))
    values = (
        ("diff.circulars.textconv", f"{command} git text"),
        ("merge.circulars.name", "letters, by paragraph, language and sentence"),
        ("merge.circulars.driver", f"{command.replace('%', '%%')} git merge %O %A %B %P"),
        ("difftool.circulars.cmd", f'{command} diff "$LOCAL" "$REMOTE"'),
    )
    folder = "" if inside == "." else f"/{inside}"
    return GitSetup(
        top, values, (f"{_pattern(folder, '/letters/*.yaml')} diff=circulars merge=circulars", "*.docx diff=circulars")
    )


def install_in_git(setup: GitSetup, folder: Path) -> None:
    """Writes the configuration of the repository and its ``.gitattributes``.

    Raises:
        UsageError: a section of the configuration has other values, which somebody else has set.
        MachineError: the file cannot be written.
    """
    for section in _SECTIONS:
        found = dict(_values(section, folder))
        if found and found != {name: value for name, value in setup.values if name.startswith(f"{section}.")}:
            shown = "; ".join(f"{name} = {value}" for name, value in found.items())
            hint = "'circulars git uninstall' removes it; then install again"
            raise UsageError(
                Problem(Place(), "other-git-settings", f"git has other settings of this name: {shown}", hint)
            )
    for name, value in setup.values:
        run_git(folder, "config", "--local", name, value)
    old = _attributes(setup.top)
    kept = _BLOCK.sub("", old)
    joined = bool(kept) and not kept.endswith("\n")
    block = "\n".join((_BEGIN + _JOINED * joined, *setup.lines, _END, ""))
    save(setup.top, ATTRIBUTES, (kept + "\n" * joined + block).encode("utf-8", "surrogateescape"))


def review_workflow(workspace: Workspace) -> str:
    """The text of a workflow for GitHub: it checks the letters of a folder in pull requests, and comments on them.

    Raises:
        NoGitError, UsageError: see :func:`git_setup`.
    """
    text = importlib.resources.files("circulars.review.repository").joinpath("workflow.yaml").read_text("utf-8")
    inside = json.dumps(workspace.folder.resolve().relative_to(_top(workspace)).as_posix(), ensure_ascii=False)
    inside = inside.replace(_EXPRESSION, f"{_EXPRESSION} '{_EXPRESSION}' }}}}")
    return text.replace("FOLDER_OF_LETTERS", inside).replace("VERSION", __version__)


def uninstall_from_git(workspace: Workspace) -> Path:
    """Removes what :func:`install_in_git` has written, and nothing else; returns the top folder of the repository.

    Raises:
        NoGitError, UsageError, MachineError: see :func:`git_setup` and :func:`install_in_git`.
    """
    top = _top(workspace)
    for section in _SECTIONS:
        if [*_values(section, workspace.folder)]:
            run_git(workspace.folder, "config", "--local", "--remove-section", section)
    old = _attributes(top)
    kept = _BLOCK.sub("", old)
    if kept:
        if kept != old:
            save(top, ATTRIBUTES, kept.encode("utf-8", "surrogateescape"))
    elif old:
        delete_files(top, (ATTRIBUTES,))
    return top


def _top(workspace: Workspace) -> Path:
    shown = run_git(workspace.folder, "rev-parse", "--show-toplevel").removesuffix("\n")
    if not shown:
        raise UsageError(
            Problem(Place(), "no-repository", "the repository has no work tree", "run this in a clone with files")
        )
    return Path(shown).resolve()


def _values(section: str, folder: Path) -> list[tuple[str, str]]:
    listed = run_git(
        folder, "config", "--local", "--null", "--get-regexp", rf"^{re.escape(section)}\.", allow_failure=True
    )
    pairs = (entry.partition("\n") for entry in listed.split("\0") if entry)
    return [(name, value) for name, _, value in pairs]


def _attributes(top: Path) -> str:
    try:
        return read_in_folder(top, ATTRIBUTES, "YAML").decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""
    except OutsideError:
        fact = "this is a link to a file in another folder; such links are not followed"
        raise UsageError(
            Problem(Place(str(top / ATTRIBUTES)), "outside-folder", fact, "replace it by a file")
        ) from None


def _pattern(folder: str, files: str) -> str:
    """A pattern of ``.gitattributes`` for files in a folder: in quotation marks if it has spaces."""
    plain = re.sub(r"([\\\[\]?*])", r"\\\1", folder) + files
    if re.fullmatch(r"[^\s\"\\]+", plain):
        return plain
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
