"""What the page's views share: the client, the state, and how things are drawn."""
