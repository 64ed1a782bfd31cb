"""How the fields of an older op read today: one pure step for each version; its bytes stay as they are."""

from collections.abc import Callable, Mapping
from typing import Any

Fields = dict[str, Any]
Step = Callable[[Fields], Fields]

STEPS: Mapping[str, Mapping[int, Step]] = {}
"""By class and version the step to the next one; a field never changes class, reach or period."""


def upgraded(class_name: str, version: int, fields: Fields) -> Fields:
    """The fields as the newest version of the class has them."""
    steps = STEPS.get(class_name, {})
    while version in steps:
        fields = steps[version](fields)
        version += 1
    return fields
