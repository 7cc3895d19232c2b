from typing import Any, final

import numpy as np
import numpy.typing as npt

__all__ = ["Column", "__version__", "columns_of_arrow"]

__version__: str

@final
class Column:
    @staticmethod
    def numbers(
        values: npt.NDArray[Any], missing: npt.NDArray[np.uint8] | None = None
    ) -> Column: ...
    @staticmethod
    def booleans(
        values: npt.NDArray[np.uint8], missing: npt.NDArray[np.uint8] | None = None
    ) -> Column: ...
    @staticmethod
    def times(values: npt.NDArray[np.int64], unit: str) -> Column: ...
    @staticmethod
    def categories(codes: Column, categories: Column) -> Column: ...
    @staticmethod
    def objects(values: object) -> Column: ...
    def __len__(self) -> int: ...
    @property
    def addresses(self) -> list[int]: ...
    @property
    def is_whole(self) -> bool: ...

def columns_of_arrow(values: object) -> list[tuple[str | None, Column]]: ...
