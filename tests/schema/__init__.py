"""Both migration histories build the tables of the contract, and each wing lives on the other's."""
