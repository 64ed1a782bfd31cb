"""Requests on screen: the list, the sheet of one request, the form, the steps that are possible now."""
