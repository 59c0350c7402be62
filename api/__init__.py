"""Stockroom: the stock and order backend that a business runs on."""

__version__ = "0.1.0"
