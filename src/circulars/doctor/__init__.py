"""Finds faults in a template pack, and fixes those that can be fixed safely."""

from circulars.doctor.examine import Asked, asked_by, check_pack, examine
from circulars.doctor.repair import Repair, repair_pack

__all__ = ["Asked", "Repair", "asked_by", "check_pack", "examine", "repair_pack"]
