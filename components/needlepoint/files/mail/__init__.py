"""E-mail: single messages and mailboxes; what is attached becomes documents of its own."""
