"""The data model: letters, documents and addressees as frozen values."""
