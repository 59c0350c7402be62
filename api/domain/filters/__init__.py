"""Filters: what each list may be filtered by, declared once for both faces and for SQL."""
