"""What the command line, the page and the REST service call."""
