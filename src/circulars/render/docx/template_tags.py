"""Turns the tags typed in a Word template into Jinja's, once for all letters.

docxtpl's own ``patch_xml`` does it. Its result is changed in two ways. Each run that holds a tag is written by the
filter ``run``, so that a value with two directions, or with line feeds, becomes several runs in the tag's formatting.
Every other run gets the letter's language.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Mapping

from jinja2 import Template, nodes
from markupsafe import Markup

from circulars.render.docx.markup import xml
from circulars.render.docx.places import with_names_apart
from circulars.render.docx.tags import UnfitTemplateError, as_text, as_xml, beside, looped, missing, shown_later, text
from circulars.render.docx.voice import Voice, speech_beside_text, text_runs
from circulars.render.templates.sandbox import Sandbox

_RUN = re.compile(
    r"<w:r(?: [^>]*)?>(?:<w:rPr>(?P<look>(?:(?!</w:rPr>).)*)</w:rPr>|<w:rPr/>)?"
    r"(?P<inside>(?:(?!<w:r[ >]|</w:r>).)*)</w:r>",
    re.DOTALL,
)
_TEXT = re.compile(
    r"<w:t(?: [^>]*)?>(?P<text>(?:[^<{]|\{[{%](?:(?![%}]\}).){0,2000}+[%}]\}|\{)*+)</w:t>|<w:t(?: [^>]*)?/>", re.DOTALL
)
_CONTROL = re.compile(r"(\{%.*?%\})", re.DOTALL)
# A value after a run, an element of Word's own, or a statement: not in an attribute, and not in a formula's text.
_BESIDE = re.compile(r"((?:\A|</?w:[^<>]*>)(?:\s|\{%(?:(?!%\}).)*%\})*)(\{\{(?:(?!\}\}).)*\}\})", re.DOTALL)
_LANGUAGE = re.compile(r"<w:lang(?: [^>]*)?/>")


def compiled(sources: Mapping[str, str], voice: Voice) -> tuple[dict[str, Template], frozenset[str]]:
    """The parts with text, with tags in Jinja's syntax and every run in the letter's language.

    The second value has the fields that only some letters need, and that the parts show.
    """
    sandboxes = {
        name: Sandbox({"run": functools.partial(_tagged_run, voice), "text": text, "beside": beside})
        for name in sources
    }
    trees: dict[str, nodes.Template] = {
        name: sandboxes[name].parse(_runs_by_filter(_patched(source), voice)) for name, source in sources.items()
    }
    if faults := (*missing(trees.values()), *(fault for tree in trees.values() for fault in looped(tree))):
        raise UnfitTemplateError(*faults)
    templates = {name: sandboxes[name].from_string(tree) for name, tree in trees.items()}
    return templates, shown_later(trees.values())


@functools.lru_cache(maxsize=16)  # the same in every language
def _patched(source: str) -> str:
    # Importing docxtpl takes part of a second, and only Word files need it.
    from docxtpl import DocxTemplate

    # Word's spelling marks may be inside a tag; they would remain when the pieces of the tag are joined.
    whole = re.sub(r"<w:proofErr [^>]*/>", "", source[source.find("<w:") :])
    return str(DocxTemplate(io.BytesIO()).patch_xml(whole))


def _runs_by_filter(patched: str, voice: Voice) -> str:
    pieces, end = [], 0
    for run in _RUN.finditer(patched):
        pieces += [_beside_runs(patched[end : run.start()]), _spoken_run(voice, run)]
        end = run.end()
    return "".join([*pieces, _beside_runs(patched[end:])])


def _beside_runs(source: str) -> str:
    """What is between runs, with the filter ``beside`` added to each tag there that is not in another text."""
    return _BESIDE.sub(lambda tag: tag[1] + as_xml(tag[2]), source) if "{{" in source else source


def _spoken_run(voice: Voice, run: re.Match[str]) -> str:
    """A run of the template. A run with a tag is written by the filter; an empty run is dropped."""
    look = _LANGUAGE.sub("", run["look"] or "")
    text = _TEXT.fullmatch(run["inside"])
    if text is None and run["inside"]:
        return f"<w:r><w:rPr>{look}{speech_beside_text(voice)}</w:rPr>{as_text(run['inside'])}</w:r>"
    if text is None or not text["text"]:
        return ""
    return "".join(_tagged(piece, look, voice) for piece in _CONTROL.split(text["text"]) if piece)


def _tagged(piece: str, look: str, voice: Voice) -> str:
    """A piece of a run's text: a statement is placed between runs, a value becomes runs when it is known."""
    if piece.startswith("{%"):
        return piece
    if "{{" not in piece:
        return text_runs(xml(piece).unescape(), voice, look)
    literal = look.replace("\\", "\\\\").replace("'", "\\'")
    return f"{{% filter run('{literal}') %}}{as_text(piece)}{{% endfilter %}}"


def _tagged_run(voice: Voice, text: Markup, look: str) -> Markup:
    names, shown = with_names_apart(text.unescape())
    return xml(names + text_runs(shown, voice, look))
