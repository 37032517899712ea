"""Letters by e-mail: the message, the outbox that remembers what became of each, and the talk with the server."""
