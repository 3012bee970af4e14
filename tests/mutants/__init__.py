"""Mutation testing of the contract suite: each mutant is a fault in an implementation that a test must detect."""
