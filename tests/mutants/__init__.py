"""How good the contract suite is: small faults are put into the wings one at a time, and the suite has to notice."""
