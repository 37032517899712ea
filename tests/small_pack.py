"""A copy of the pack "itu" with one kind only, whose skeleton is in one language: checked many times faster."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from conftest import ROOT

KIND = "tsb-circular"


def small_pack(folder: Path) -> Path:
    """The copy, in a workspace's folder; tests may change it."""
    pack = Path(shutil.copytree(ROOT / "templates/itu", folder / "templates/itu"))
    facts = (pack / "pack.yaml").read_text("utf-8")
    (pack / "pack.yaml").write_text(facts[: facts.index("  tsb-collective:")], "utf-8")
    for file in (pack / "words").iterdir():
        file.write_text(_with_words_of(("tsb", KIND), file.read_text("utf-8")), "utf-8")
    skeleton = pack / "skeletons" / f"{KIND}.yaml"
    skeleton.write_text(skeleton.read_text("utf-8").replace("languages: [en, es]", "languages: [en]"), "utf-8")
    return pack


def _with_words_of(names: tuple[str, ...], text: str) -> str:
    """A file of words without those of other bureaus and kinds."""
    lines, group, is_kept = list[str](), "", True
    for line in text.splitlines(keepends=True):
        if key := re.match(r"( *)([\w-]+):", line):
            if not key[1]:
                group, is_kept = key[2], True
            elif key[1] == "  " and group in ("bureaus", "kinds"):
                is_kept = key[2] in names
        if is_kept:
            lines.append(line)
    return "".join(lines)
