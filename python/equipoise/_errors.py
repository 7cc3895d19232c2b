"""The exceptions and the warning of the package: what is wrong, where, and what to do."""

from __future__ import annotations

__all__ = [
    "EquipoiseError",
    "EquipoiseWarning",
    "FairnessWarning",
    "FileError",
    "FileMissingError",
    "InputError",
    "InputTypeError",
    "RequirementError",
    "StateError",
    "UnfairError",
    "is_unicode",
]


def is_unicode(text: str) -> bool:
    """Return whether a text can be written: one with half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class EquipoiseError(Exception):
    """Base class of every error that the package raises on purpose.

    Each error also derives from the built-in class that one would expect (``ValueError``,
    ``TypeError``, ``OSError``, ``AssertionError``), so that code which knows nothing of equipoise
    can catch it.

    Attributes
    ----------
    parameter : str or None
        The parameter that the error is about, where it is about one.
    help : str or None
        What to do, where something is known.

    Examples
    --------
    >>> import equipoise
    >>> try:
    ...     equipoise.audit(y_pred=[0, 1, 1], sensitive_features=["f", "m"])
    ... except equipoise.EquipoiseError as error:
    ...     print(type(error).__name__, error.parameter)
    ...     print(error)
    InputError sensitive_features
    `sensitive_features` has 2 rows, and `y_pred` has 3
      help: give every column one value for each row
    """

    parameter: str | None
    help: str | None

    def __init__(
        self, message: str = "", *, parameter: str | None = None, help: str | None = None
    ) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.help = help

    def __str__(self) -> str:
        message = str(self.args[0]) if self.args else ""
        if self.help is None:
            return message
        lines = [f"  help: {line}" for line in self.help.splitlines()]
        return "\n".join([message, *lines])

    def __reduce__(self) -> tuple[object, ...]:
        # Errors travel between processes, with what they say of themselves.
        return type(self), self.args, {"parameter": self.parameter, "help": self.help}


class InputError(EquipoiseError, ValueError):
    """A parameter has a value that it cannot have, or the rows are at fault."""


class InputTypeError(EquipoiseError, TypeError):
    """A parameter has a type that it cannot have, such as complex numbers for a score."""


class RequirementError(InputError):
    """A requirement, a notion or a metric cannot be read, or answered by what was given."""


class StateError(InputError):
    """A saved state is damaged, or does not fit another one or the question."""


class FileError(EquipoiseError, OSError):
    """A file could not be read or written."""


class FileMissingError(FileError, FileNotFoundError):
    """There is no file of the name."""


class UnfairError(EquipoiseError, AssertionError):
    """A requirement is violated, or undecided where it had to hold: from `Report.assert_holds`."""


class EquipoiseWarning(UserWarning):
    """Something was decided for the user that another parameter would decide otherwise."""


class FairnessWarning(EquipoiseWarning):
    """A model was fitted without groups, or something that was asked of them was not reached."""
