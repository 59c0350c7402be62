"""The proof that the compiled engine answers as graphql-core does, byte for byte.

Documents are written at random from a seed, and asked of two applications on the same database: one
with the engine, one without. `python -m tests.differential --help` says how to ask for more.
"""
