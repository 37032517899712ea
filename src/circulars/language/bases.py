"""Reads language files that say only what differs from a shipped one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from circulars.errors import Place, Problem, quoted
from circulars.files.inside import read_in_folder
from circulars.language.codes import code_hint
from circulars.syntax import nodes
from circulars.syntax.nodes import Node, Scalar
from circulars.syntax.scalars import Text
from circulars.syntax.shape import Report

SHIPPED: Final = Path(__file__).parent.parent / "languages"
BASE: Final = "base"
"""The key for the code of the shipped language from which a file has all that it does not say itself."""


def base_of(root: Node) -> str:
    """The code of the language that a file is based on; "" if it stands alone."""
    named = root.pairs.get(BASE) if isinstance(root, nodes.Mapping) else None
    return named[1].text if named and isinstance(named[1], Scalar) else ""


@dataclass(frozen=True, slots=True)
class Based:
    """The nodes of a language file with those of its base; the base's file, with its bytes, and where it is named."""

    root: Node
    file: str = ""
    data: bytes = b""
    where: Place = field(default_factory=Place)

    def in_own_file(self, problem: Problem) -> Problem:
        """A problem with words of the base, which nobody can edit, at the place where the file names its base."""
        if not self.file or problem.where.file != self.file:
            return problem
        fact = f"{problem.message}; this is line {problem.where.line} of its base '{Path(self.file).stem}'"
        hint = f"{problem.hint}; write in this file what differs" if problem.hint else "write in this file what differs"
        return replace(problem, where=self.where, message=fact, hint=hint)


def with_base(report: Report) -> Based:
    """The nodes of a language file with those of its base.

    Raises:
        UnreadableError: there is no such shipped language to base the file on.
    """
    root = report.tree.root
    if not isinstance(root, nodes.Mapping) or BASE not in root.pairs:
        return Based(root)
    node = root.pairs[BASE][1]
    code = Text("the code of a shipped language").read(node, report)
    shipped = sorted(file.stem for file in SHIPPED.glob("*.yaml"))
    if code not in shipped:
        fact = f"there is no shipped language {quoted(code)} that this file could be based on"
        hint = code_hint(code, shipped, f"write one of: {', '.join(shipped)}")
        raise report.refuse(node, "unknown-language", fact, hint)
    file = str(SHIPPED / f"{code}.yaml")
    data = read_in_folder(SHIPPED, f"{code}.yaml", "YAML")
    tree = nodes.read_tree(data, file)
    for one in nodes.all_nodes(tree.root):
        one.origin = tree
    own = replace(root, pairs={name: pair for name, pair in root.pairs.items() if name != BASE})
    return Based(_merged(own, tree.root), file, data, report.tree.place(node))


def _merged(own: Node, base: Node) -> Node:
    """A node with what its mappings lack from another."""
    if not isinstance(own, nodes.Mapping) or not isinstance(base, nodes.Mapping):
        return own
    pairs = dict(base.pairs)
    for name, (key, value) in own.pairs.items():
        pairs[name] = (key, _merged(value, base.pairs[name][1]) if name in base.pairs else value)
    return replace(own, pairs=pairs)
