"""The page's way to the service: the client, its typed answers, what may go wrong."""
