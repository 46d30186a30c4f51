"""How ids are written in addresses of the API."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class IdConverter(IntConverter):
    """A number that fits the database's column."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")
