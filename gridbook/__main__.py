"""`python -m gridbook` does what the installed command does."""

import multiprocessing

if __name__ == "__main__":
    # In the packaged program this very file is started again to read a register in a process of its own,
    # which then needs nothing of the rest.
    multiprocessing.freeze_support()
    from gridbook.cli import main

    main()
