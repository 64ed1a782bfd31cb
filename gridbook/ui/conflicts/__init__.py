"""The conflict desk."""
