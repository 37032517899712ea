"""What a finished file carries of what made it: the letter's YAML, its pictures, and the facts of its making."""

from circulars.provenance.extract import attachments_of
from circulars.provenance.facts import MADE, Making, attachments, making_of

__all__ = ["MADE", "Making", "attachments", "attachments_of", "making_of"]
