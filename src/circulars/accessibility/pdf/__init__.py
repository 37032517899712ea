"""Checks PDF files: their objects, tags, fonts and colours, by the rules of PDF/UA-1."""
