"""Proofs that a client cannot tell the wings apart."""
