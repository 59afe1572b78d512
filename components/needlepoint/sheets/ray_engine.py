"""Reads sheets on the machines of a Ray cluster.

The program that was started keeps store and ledger, and decides which passages are read. The cluster's workers need neither:
each holds the reader, and is sent a question with its passages. A worker that dies is started again, and what it was reading is
read by another, so that nothing is lost but time.
"""

import logging
import os
import socket
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

from needlepoint.answers.answer import Passage
from needlepoint.answers.replies import Reply
from needlepoint.encoders.processor import usable_cores
from needlepoint.errors import MissingExtraError, ModelError, NeedlepointError, SheetError
from needlepoint.reading.reader import SpanReader
from needlepoint.reading.watching import current_watch
from needlepoint.sheets.reading import SheetReader

if TYPE_CHECKING:
    from concurrent.futures import Future

logger = logging.getLogger(__name__)

LOCAL: Final = "local"
_UNITS_AHEAD = 2  # for each worker: one is read, one is on its way
_TRIES = 4
_START_S = 300.0
_CHECK_S = 0.5
_REACH_S = 10.0
_TELL_S = 60.0
_LOCAL_STORE_BYTES = 200_000_000

Answer = Callable[[SpanReader, str, Sequence[Passage]], Reply]
"""Reads the answers to a question from passages; must be picklable."""


@contextmanager
def read_by_ray(
    reader: SheetReader, spans: SpanReader, answer: Answer, *, address: str, workers: int | None = None
) -> Iterator[SheetReader]:
    """Yield a reader of the same key and answers that reads on the workers of a Ray cluster.

    :param reader: what reads on this machine.
    :param spans: the model in it; the workers must find the same weights, see :meth:`SpanReader.recipe`.
    :param answer: what ``reader.answer`` does with the model.
    :param address: of the cluster, as ``ray.init`` takes it, or ``local`` for worker processes on this machine.
    :param workers: how many, each with one core; by default as many as there are cores.
    :raises MissingExtraError: Ray is not installed.
    :raises SheetError: the cluster cannot be reached, or no worker begins.
    :raises ModelError: the workers' models are not this one.
    """
    if workers is not None and workers < 1:
        raise SheetError(f"at least 1 Ray worker is needed, got {workers}")
    with _connected(address, workers) as ray:
        pool = _Pool(ray, (spans.recipe(threads=1), spans.key, answer), size=workers or _cores(ray))
        try:
            pool.wait_until_ready()
            yield replace(reader, answer=pool.answer, at_once=pool.at_once)
        finally:
            pool.close()


class ReadingWorker:
    """A reader in a worker process; the model is loaded at first use.

    :param make_reader: makes the reader.
    :param key: the key that it must have.
    :param answer: reads with it.
    """

    def __init__(self, make_reader: Callable[[], SpanReader], key: str, answer: Answer) -> None:
        self._make_reader = make_reader
        self._key = key
        self._answer = answer
        self._reader: SpanReader | None = None

    def ready(self) -> int:
        """Load the model, and return this process's id.

        :raises ModelError: the model is missing, or is another one.
        """
        self._loaded()
        return os.getpid()

    def answer(self, question: str, passages: Sequence[Passage]) -> Reply:
        """Return the answers; the passages do not travel back."""
        return replace(self._answer(self._loaded(), question, passages), passages=[])

    def _loaded(self) -> SpanReader:
        if self._reader is None:
            reader, machine = self._make_reader(), socket.gethostname()
            if reader.key != self._key:
                raise ModelError(
                    f"a Ray worker on {machine} has other weights or another precision ({reader.description}):"
                    " bring the same model to each machine, and name a precision that each of them can compute, such as fp32"
                )
            self._reader = reader
        return self._reader


class _Pool:
    """The workers, and the units on their way to them; any thread may ask.

    A worker stands in the queue of free ones as often as it can take a unit. It is put there when it has loaded the model, at
    first and after each death; until then the others read.

    :param made_of: the arguments of each :class:`ReadingWorker`.
    """

    def __init__(self, ray: Any, made_of: tuple[Any, ...], *, size: int) -> None:
        self._ray = ray
        self._free: SimpleQueue[Any] = SimpleQueue()
        self._lost: list[BaseException] = []
        self.at_once = size * _UNITS_AHEAD
        remote = ray.remote(num_cpus=1, max_restarts=-1)(ReadingWorker)
        self._workers = [remote.remote(*made_of) for _ in range(size)]
        for each in self._workers * _UNITS_AHEAD:
            self._free_when_ready(each)

    def answer(self, question: str, passages: Sequence[Passage]) -> Reply:
        """Return the answers of the first worker that is free.

        :raises SheetError: no worker is left, or several have died while they read this.
        :raises ReadingStoppedError: see :func:`needlepoint.reading.watching.watched`.
        """
        for _ in range(_TRIES):
            worker = self._next_free()
            answering = worker.answer.remote(question, passages)
            try:
                reply = self._result(answering)
            except self._ray.exceptions.RayTaskError as error:  # the worker lives and says why not
                self._free.put(worker)
                raise (error.cause if isinstance(error.cause, NeedlepointError) else error) from error
            except self._ray.exceptions.RayError:  # it was killed, or its machine is gone
                self._free_when_ready(worker)
            except BaseException:
                self._ray.cancel(answering)
                self._free.put(worker)
                raise
            else:
                self._free.put(worker)
                return reply
        raise SheetError(f"{_TRIES} Ray workers died while they read this: have their machines enough memory?")

    def wait_until_ready(self) -> None:
        """Return when one worker can read.

        :raises SheetError: none can.
        :raises ModelError: none has the model.
        """
        until = monotonic() + _START_S
        while self._free.empty():
            self._check_some_are_left()
            if monotonic() > until:
                raise SheetError(f"no Ray worker began within {_START_S:.0f} s: has the cluster free cores?")
            sleep(0.05)

    def close(self) -> None:
        """Let go of the workers; Ray ends each when it has read what it is at."""
        self._workers.clear()
        while not self._free.empty():
            self._free.get()

    def _next_free(self) -> Any:
        told = monotonic()
        while True:
            current_watch().check()
            with suppress(Empty):
                return self._free.get(timeout=_CHECK_S)
            self._check_some_are_left()
            if monotonic() - told > _TELL_S:
                told = monotonic()
                logger.warning(
                    "no Ray worker has been free for %.0f s: waiting for those that are started again", _TELL_S
                )

    def _result(self, answering: Any) -> Reply:
        while not self._ray.wait([answering], timeout=_CHECK_S)[0]:
            current_watch().check()
        reply: Reply = self._ray.get(answering)
        return reply

    def _free_when_ready(self, worker: Any) -> None:
        loading = worker.ready.options(max_task_retries=-1).remote().future()  # until the worker is started again
        loading.add_done_callback(partial(self._loaded, worker))

    def _loaded(self, worker: Any, loading: "Future[int]") -> None:
        error = loading.exception()
        if error is None:
            self._free.put(worker)
            return
        reason = str(_reason(error))
        if reason not in {str(_reason(other)) for other in self._lost}:
            logger.warning("%s", reason)
        self._lost.append(error)

    def _check_some_are_left(self) -> None:
        if len(self._lost) == self.at_once:
            raise _reason(self._lost[-1]) from self._lost[-1]


def _reason(error: BaseException) -> NeedlepointError:
    """Return why a worker cannot read."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, NeedlepointError):
        return cause
    last = str(error).strip().splitlines()[-1].strip()[:300]
    return SheetError(f"a Ray worker cannot read ({last}): install the same Needlepoint on each machine of the cluster")


@contextmanager
def _connected(address: str, workers: int | None) -> Iterator[Any]:
    """Connect to a cluster, or start one on this machine; a connection that the program has already is left as it is."""
    ray = _import_ray(address)
    if ray.is_initialized():
        yield ray
        return
    try:
        _check_reachable(address)
        with warnings.catch_warnings(action="ignore"):
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **_options(address, workers))
    except (OSError, RuntimeError, ValueError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise SheetError(
            f"no connection to Ray at {address} ({first}): start it there with 'ray start --head', or use '{LOCAL}'"
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _import_ray(address: str) -> Any:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address == LOCAL:  # without clusters on this system, Ray listens on 127.0.0.1 only
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    try:
        import ray
    except ModuleNotFoundError as error:
        raise MissingExtraError("ray", "ray") from error
    return ray


def _options(address: str, workers: int | None) -> dict[str, Any]:
    if address != LOCAL:
        return {}
    cores = workers or usable_cores()
    return {"num_cpus": cores, "include_dashboard": False, "object_store_memory": _LOCAL_STORE_BYTES}


def _check_reachable(address: str) -> None:
    """Try the port, since Ray itself tries for minutes.

    :raises OSError: nothing answers there.
    """
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=_REACH_S).close()


def _cores(ray: Any) -> int:
    return max(1, int(ray.cluster_resources().get("CPU", 1)))
