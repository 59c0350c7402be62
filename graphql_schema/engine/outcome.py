"""The one thing that ends a compiled run early."""


class NotPlainError(Exception):
    """The answer is not plain success: graphql-core has to say what it is."""
