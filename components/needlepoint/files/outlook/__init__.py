"""Messages as Outlook keeps them: ``.msg`` files and ``winmail.dat``; each is turned into an ordinary message."""
