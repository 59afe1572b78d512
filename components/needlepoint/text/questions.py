"""Questions as people write them again."""


def same_question(question: str) -> str:
    """Return a question without what does not matter: case, white space and a mark at its end."""
    return " ".join(question.casefold().split()).rstrip("?!. ")
