"""The machine and the code: CPU pinning, the check that the machine is idle, versions, lines of code."""
