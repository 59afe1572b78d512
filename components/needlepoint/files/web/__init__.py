"""Web pages (HTML); Markdown and the HTML of messages are read through them."""
