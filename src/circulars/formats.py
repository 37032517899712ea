"""The table of formats that letters are written in: one row for each."""

from __future__ import annotations

# Imports nothing: `circulars --help` names the formats, and must be fast.


class Format:
    """How files of one format are made.

    - ``module`` has the function ``master(document, pack)``, a :class:`circulars.render.Writer`. It is imported when
      it is first used.
    - ``media_type`` is what mail programs and browsers call the format.
    - ``preload`` is a module for worker processes to import first, if ``module`` imports its libraries later.
    - ``is_drawn`` says that the fonts of the machine change the file.
    - ``fits_values`` says that the layout of a merge depends on the addressees' values. The module then has a second
      function, ``master_for_copies``, a :class:`circulars.render.CopiesWriter`.
    - ``kept`` names the module and the class of masters that the cache keeps because they take long to make.
    """

    __slots__ = ("fits_values", "is_drawn", "kept", "media_type", "module", "preload")

    def __init__(
        self,
        module: str,
        media_type: str,
        *,
        preload: str = "",
        is_drawn: bool = True,
        fits_values: bool = False,
        kept: tuple[str, str] | None = None,
    ) -> None:
        self.module = module
        self.media_type = media_type
        self.preload = preload or module
        self.is_drawn = is_drawn
        self.fits_values = fits_values
        self.kept = kept


WRITERS = {
    "docx": Format(
        "circulars.render.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        is_drawn=False,
        kept=("circulars.render.docx", "DocxMaster"),
    ),
    "pdf": Format(
        "circulars.render.pdf",
        "application/pdf",
        preload="circulars.render.pdf.early",
        fits_values=True,
        kept=("circulars.render.pdf.masters", "PdfMaster"),
    ),
    "html": Format("circulars.render.html", "text/html", is_drawn=False),
    "txt": Format("circulars.render.txt", "text/plain", is_drawn=False),
}

FORMATS = ("docx", "pdf")
"""The default formats."""
