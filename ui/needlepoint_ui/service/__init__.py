"""The page's access to the service: the client, its typed replies, its errors."""
