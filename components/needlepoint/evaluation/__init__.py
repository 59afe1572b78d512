"""Metrics of answers, rankings and probabilities on questions with known answers; plain data in, numbers out."""
