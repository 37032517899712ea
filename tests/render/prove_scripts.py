"""Proves that copies filled in six scripts look as those that are laid out in full, for as many addressees as asked.

    .venv/bin/python tests/render/prove_scripts.py 1000 [LANGUAGE[+|*][:SCRIPT] ...]

Names are drawn by chance with a fixed seed, in the script of the letter, and in any other. The values of the letters
with a plus are isolates, as in letters that are composed; with an asterisk, those in paragraphs are also bold. It
prints for each letter how many copies were filled, and how many of them look otherwise; the values of those are shown.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from merge.script_lists import SCRIPTS
from render.script_letters import TONGUES, bold_letter, composed_letter, script_letter, values_in
from render.test_filled_scripts import bold_shaper, composed_shaper, shaper
from render.test_pdf_masters import pictures

_PLAIN, _COMPOSED, _BOLD = "", "+", "*"
_LETTERS = {_PLAIN: script_letter, _COMPOSED: composed_letter, _BOLD: bold_letter}
_SHAPERS = {_PLAIN: shaper, _COMPOSED: composed_shaper, _BOLD: bold_shaper}


def prove(name: str, script: str, count: int) -> int:
    """The number of copies that look otherwise than a layout in full."""
    code, dice = name.rstrip(_COMPOSED + _BOLD), random.Random(f"{name}:{script}")
    kind = name.removeprefix(code)
    letter, made = _LETTERS[kind], _SHAPERS[kind]
    filled = unlike = 0
    for _ in range(count):
        one = values_in(code, dice, script or dice.choice(sorted(SCRIPTS)))
        tail = letter(code).tail(one)
        copy = (letter(code).head, tail) if tail is not None else made(code).copy(one)
        if copy is None:
            continue
        filled += 1
        if pictures(b"".join(copy)) != pictures(letter(code).whole(one)):
            unlike += 1
            print(f"  unlike a full layout: {one}", flush=True)
    print(f"{name} {script or 'in any script'}: {filled} of {count} filled, {unlike} unlike a full layout", flush=True)
    return unlike


def main() -> None:
    """Proves what the arguments say."""
    count, *wanted = sys.argv[1:]
    pairs = [one.partition(":")[::2] for one in wanted] or [
        (code + kind, script) for code, tongue in TONGUES.items() for kind in _LETTERS for script in (tongue.script, "")
    ]
    sys.exit(any([prove(code, script, int(count)) for code, script in pairs]))  # noqa: C419  # all are proved


if __name__ == "__main__":
    main()
