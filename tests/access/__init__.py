"""Who may do what, told by a table of our own and asked of both faces."""
