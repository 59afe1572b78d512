"""The service's metrics for Prometheus; they never contain a word of a question."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_JOB_SECONDS = (0.5, 1, 5, 10, 30, 60, 300, 1_800, 7_200)


class Metrics:
    """The metrics of one application, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "needlepoint_requests",
            "Requests by route and status.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "needlepoint_request_seconds",
            "Duration of requests.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._stage_seconds = Histogram(
            "needlepoint_stage_seconds",
            "Duration of a question's stages.",
            ("stage",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._job_seconds = Histogram(
            "needlepoint_indexing_seconds", "Duration of indexing jobs.", buckets=_JOB_SECONDS, registry=self._registry
        )
        self._files = Counter(
            "needlepoint_files", "Files of indexing jobs by final state.", ("state",), registry=self._registry
        )
        self._errors = Counter("needlepoint_errors", "Errors by kind.", ("kind",), registry=self._registry)
        self._waiting = Gauge("needlepoint_questions_waiting", "Questions waiting.", registry=self._registry)
        self._running = Gauge("needlepoint_questions_running", "Questions being read.", registry=self._registry)

    def watch(self, *, waiting: Callable[[], int], running: Callable[[], int]) -> None:
        """Set the callables that count the questions waiting and being read; each scrape calls them."""
        self._waiting.set_function(waiting)
        self._running.set_function(running)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request.

        :param route: the route's pattern, not the path requested.
        """
        self._requests.labels(method, route, status).inc()
        self._request_seconds.labels(route).observe(seconds)

    def question(self, *, retrieval_s: float, reading_s: float) -> None:
        """Record how long the stages of a question took."""
        self._stage_seconds.labels("retrieval").observe(retrieval_s)
        self._stage_seconds.labels("reading").observe(reading_s)

    def job(self, seconds: float, file_states: Iterable[str]) -> None:
        """Record how long a job took, and the final state of its files."""
        self._job_seconds.observe(seconds)
        for state in file_states:
            self._files.labels(state).inc()

    def error(self, kind: str) -> None:
        """Count an error."""
        self._errors.labels(kind).inc()

    def text(self) -> bytes:
        """Return all metrics in Prometheus's text format."""
        return generate_latest(self._registry)
