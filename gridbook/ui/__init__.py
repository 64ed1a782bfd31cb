"""The windows: the desk at which the worker sits."""
