"""What the page's views share: the client, the state, and the drawing of their parts."""
