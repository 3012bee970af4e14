"""Tests of the benchmark; their folders correspond to the packages of benchmarks/."""
