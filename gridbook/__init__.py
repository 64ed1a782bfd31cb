"""GridBook 网格簿: an offline casebook for grid workers, carried between offices on a stick."""

__version__ = "0.1.0"
