"""Both migration histories build the tables of the contract, and each implementation runs on the other's tables."""
