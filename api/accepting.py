"""What a caller would rather have, from `Accept`: names by weight, for both faces."""

ANYTHING = "*/*"


def weights_of(accept: str | None) -> dict[str, float]:
    """How much each media type is wanted that is named; 0 says not at all."""
    weights: dict[str, float] = {}
    for part in (accept or "").split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[name] = _weight(parameters)
    return weights


def wanted(weights: dict[str, float], name: str) -> float:
    """How much a media type is wanted, by its own name or by one that covers it."""
    covering = f"{name.partition('/')[0]}/*"
    return weights.get(name, weights.get(covering, weights.get(ANYTHING, 0.0)))


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0
