"""Commands that try the program out: practice, self-test, screenshots."""

import click

COMMANDS: tuple[click.Command, ...] = ()
