"""A conversation of Alicia's with support."""


def things_of_support(account):
    """What the routes of the help desk are asked for."""
    return {"article": "recetas"}
