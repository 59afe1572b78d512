"""What an answer is, in our own types: its evidence, replies to questions, cards of equal answers."""
