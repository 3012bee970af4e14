"""What is recorded and checked about the machine and the code: processors, idle check, versions, lines of code."""
