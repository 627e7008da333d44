"""Three-valued logic: True, False, and None for "nobody can say"."""


def both(*values: bool | None) -> bool | None:
    """One False decides; else one None leaves it open."""
    if False in values:
        return False
    return None if None in values else True


def either(*values: bool | None) -> bool | None:
    """One True decides; else one None leaves it open."""
    if True in values:
        return True
    return None if None in values else False


def stated_as(value: str | None, wanted: frozenset[str]) -> bool | None:
    """Whether a cell says one of the words wanted; None where it is not stated."""
    return None if value is None else value in wanted
