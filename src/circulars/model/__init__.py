"""The values: what a letter, a document and an addressee are."""
