"""The embedded index on tantivy: schema, analyser, writer, search. Plain data in and out, no Haystack."""
