"""What answers, rankings and probabilities are worth, measured on questions with known answers; plain data in, numbers out."""
