"""Writes what changed: as text, JSON, an HTML page, the letter's PDF with marks, and tracked changes in Word."""
