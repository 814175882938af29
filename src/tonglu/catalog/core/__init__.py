"""Pure rules of the catalog: which price holds, and which rate."""
