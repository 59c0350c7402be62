"""What surrounds every request, in pure ASGI."""
