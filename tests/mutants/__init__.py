"""How good the contract suite is: small faults are put into the implementations, and the suite has to detect each."""
