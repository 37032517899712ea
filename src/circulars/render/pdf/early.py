"""Imports all that draws pages before it is needed; what is missing on the machine is told when it is used."""

from contextlib import suppress

from circulars.errors import MachineError

with suppress(MachineError):
    import circulars.render.pdf.press  # noqa: F401
