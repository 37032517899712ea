"""What a merge would make, and what became of each addressee: dry run, preview, reports."""
