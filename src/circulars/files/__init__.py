"""Reads office packages and pictures, and writes files to folders."""
