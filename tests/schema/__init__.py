"""Both migration histories build the tables of the contract, and each implementation lives on the other's."""
