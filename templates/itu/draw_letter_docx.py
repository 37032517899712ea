"""Draws letter.docx, the Word template of this pack, as it is before anybody edits it in Word.

Run it to write the file again: ``python templates/itu/draw_letter_docx.py``. The parts are written out here rather
than taken from python-docx, whose own template is US Letter and carries old parts; python-docx looks at the result
before it is kept. Lengths are in twips (a twentieth of a point), font sizes in half points, as Word counts them.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escaped if False else escape

import docx
from lxml import etree
