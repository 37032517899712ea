"""Imports everything that draws pages in advance. Missing libraries are reported when they are used."""

from contextlib import suppress

from circulars.errors import MachineError

with suppress(MachineError):
    import circulars.render.pdf.press  # noqa: F401
