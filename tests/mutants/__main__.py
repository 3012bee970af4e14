from tests.mutants.command import main

main()
