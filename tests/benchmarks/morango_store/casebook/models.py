"""A visit as Morango keeps it: the same fields, in one partition."""

from django.db import models
from morango.models.core import SyncableModel


class Visit(SyncableModel):
    """The facts of a visit."""

    morango_profile = "casebook"
    morango_model_name = "visit"
    town = models.TextField()
    unit = models.TextField()
    number = models.TextField()
    visited_on = models.TextField()
    part = models.TextField()
    reason = models.TextField()
    mode = models.TextField()
    outcome = models.TextField()
    categories = models.TextField()

    def calculate_source_id(self) -> str:
        """What tells visits apart."""
        return self.number

    def calculate_partition(self) -> str:
        """The partition that the certificate covers."""
        return self.town
