"""The table of formats that letters are written in: one row for each."""

from __future__ import annotations

# Imports nothing: `circulars --help` names the formats, and must come at once.


class Format:
    """How files of one format are made, and what they are to programs that receive them.

    ``module`` has the function ``master(document, pack)``, a :class:`circulars.render.Writer`. It is imported when it
    is first used. ``preload`` is what processes import beforehand, where ``module`` imports its libraries later.
    ``is_drawn`` says that the fonts of this machine change the file.
    With ``fits_values`` the module has a second function, ``master_for_copies``, a
    :class:`circulars.render.CopiesWriter`: the layout of a merge depends on what its addressees fill in.
    ``kept`` names the module and the class of the masters that are kept in the cache, where they take long to make.
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
"""The formats that are made when none is named."""
