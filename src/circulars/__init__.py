"""Official circular letters: written once as data, sent in several languages, in Word and PDF.

The Python interface is :mod:`circulars.api`.
"""

from __future__ import annotations

__version__ = "0.2.0"
