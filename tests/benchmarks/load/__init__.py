"""Tests of the load generator: connections, arrivals, recording and calibration."""
