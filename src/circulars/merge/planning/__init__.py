"""What a merge will make, for whom: the order, the list, the plan and the ledger."""
