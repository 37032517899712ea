"""Finds faults in a template pack, and fixes those that can be fixed safely."""

from circulars.doctor.examine import Asked, asked_by, check_pack, doubts_about, examine
from circulars.doctor.new_pack import NewPack, new_pack
from circulars.doctor.repair import Repair, repair_pack

__all__ = ["Asked", "NewPack", "Repair", "asked_by", "check_pack", "doubts_about", "examine", "new_pack", "repair_pack"]
