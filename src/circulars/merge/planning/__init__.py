"""Plans a merge: the order, the list, the plan and the ledger."""
