"""`python -m gridbook` does what the installed command does."""

from gridbook.cli import main

if __name__ == "__main__":
    main()
