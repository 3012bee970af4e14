"""Proofs that a client cannot tell the implementations apart."""
