"""Texts with a structure of their own, such as JSON, calendars and subtitles, as lines that can be understood alone."""
