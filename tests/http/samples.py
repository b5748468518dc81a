"""What ``/metrics`` told, as numbers."""

from prometheus_client.parser import text_string_to_metric_families

NEAREST = "/v1/stations/nearest"

Told = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def told(text: str) -> Told:
    """Every sample by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(text: str, name: str, **labels: str) -> float:
    """One of them; it must be there."""
    return told(text)[f"yizhan_{name}", tuple(sorted(labels.items()))]


def count(text: str, route: str, status: str = "2xx", method: str = "GET") -> float:
    """How many requests of a route were answered so."""
    return value(text, "request_duration_seconds_count", route=route, status=status, method=method)
