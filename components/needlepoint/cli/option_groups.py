"""Groups of options: a command takes one dataclass, and the command line shows each of its fields as an option."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from typing import Any


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Make typer see each field of a command's dataclass parameters as an option.

    A field's annotation is typer's ``Annotated[...]``, and its default is the option's::

        @with_groups
        def train(options: TrainingOptions, base: BaseOption) -> None: ...
    """
    signature = inspect.signature(command)
    groups: dict[str, Any] = {
        name: each.annotation for name, each in signature.parameters.items() if is_dataclass(each.annotation)
    }

    @wraps(command)
    def taking_options(**given: Any) -> None:
        made = {
            name: group(**{field.name: given.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        command(**given, **made)

    options = [option for each in signature.parameters.values() for option in _options(each)]
    taking_options.__signature__ = signature.replace(parameters=options)  # type: ignore[attr-defined]
    taking_options.__annotations__ = {option.name: option.annotation for option in options} | {"return": None}
    return taking_options


def _options(parameter: inspect.Parameter) -> Iterator[inspect.Parameter]:
    if not is_dataclass(parameter.annotation):
        yield parameter.replace(kind=parameter.KEYWORD_ONLY)
        return
    for field in fields(parameter.annotation):
        default = parameter.empty if field.default is MISSING else field.default
        yield inspect.Parameter(field.name, parameter.KEYWORD_ONLY, default=default, annotation=field.type)
