"""Letters to people: put into words, and sent."""

from api.mail.office import PostOffice

__all__ = ["PostOffice"]
