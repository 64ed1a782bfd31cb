"""Widgets by name, each made when it is first asked for: what nobody opens costs nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

Made = TypeVar("Made", bound=QWidget)


class Later(Mapping[str, Made], Generic[Made]):
    """Names in their order, and what stands behind each; `make` builds one the first time."""

    def __init__(self, names: Sequence[str], make: Callable[[str], Made]) -> None:
        self._names = tuple(names)
        self._make = make
        self.made: dict[str, Made] = {}

    def __getitem__(self, name: str) -> Made:
        if name not in self.made:
            if name not in self._names:
                raise KeyError(name)
            self.made[name] = self._make(name)
        return self.made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
