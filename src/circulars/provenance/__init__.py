"""The files inside a finished file that show its origin: the letter's YAML, its pictures, and the build facts."""

from circulars.provenance.extract import attachments_of
from circulars.provenance.facts import FACTS_FILE, Making, attachments, making_of

__all__ = ["FACTS_FILE", "Making", "attachments", "attachments_of", "making_of"]
