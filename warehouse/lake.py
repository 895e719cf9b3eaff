"""The lake: records as Parquet files that are written once, whole, and never changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import TypeVar
from uuid import uuid4

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.types import is_object_dtype
from pyarrow import fs

_ATTEMPTS = 4
_Result = TypeVar("_Result")


class Lake:
    """Parquet files below `root`: a local folder, or any address that pyarrow knows, such as s3://bucket/folder."""

    def __init__(self, root: str) -> None:
        self._files, base = _file_system(root)
        self._base = base.rstrip("/")

    def write(self, path: str, frame: pd.DataFrame) -> None:
        """Writes `frame` to `path`; the file appears whole or not at all, and replaces one of that name."""
        place = self._place(path)
        unfinished = f"{place}.{uuid4().hex}.part"
        table = pa.Table.from_pandas(frame, preserve_index=False)

        def write_once() -> None:
            self._files.create_dir(str(PurePosixPath(place).parent), recursive=True)
            with self._files.open_output_stream(unfinished) as stream:
                pq.write_table(table, stream, compression="zstd")
            self._keep(unfinished)
            self._files.move(unfinished, place)

        _patiently(write_once)

    def read(
        self, paths: Sequence[str], columns: Sequence[str] | None = None, position: str | None = None
    ) -> pd.DataFrame:
        """The rows of the files at `paths`, one after the other, with `columns` or all that any of them has.

        A column that a file does not have is empty there. Text is "str". With `position` a column of that name says
        from which of `paths` (0, 1 …) a row is.
        """
        tables = [_patiently(partial(self._table, path, columns)) for path in paths]
        whole = pa.concat_tables(tables, promote_options="permissive") if tables else pa.table({})
        if columns is not None:
            nothing = pa.nulls(whole.num_rows, pa.string())
            whole = pa.table({name: whole[name] if name in whole.column_names else nothing for name in columns})
        frame: pd.DataFrame = whole.to_pandas()
        frame = frame.astype({name: "str" for name, dtype in frame.dtypes.items() if is_object_dtype(dtype)})
        if position is not None:
            frame[position] = np.repeat(np.arange(len(tables)), [table.num_rows for table in tables])
        return frame

    def sweep(self, known_paths: Iterable[str], under: str = "") -> list[str]:
        """Removes what is below the folder `under` and not among `known_paths`: leftovers of runs that were killed.

        Returns the paths removed. Nobody may be writing there meanwhile: call it under the lock of the intake.
        """
        known = {self._place(path) for path in known_paths}
        folder = self._place(under) if under else self._base
        found = self._files.get_file_info(fs.FileSelector(folder, allow_not_found=True, recursive=True))
        orphans = sorted(info.path for info in found if info.is_file and info.path not in known)
        for orphan in orphans:
            self._files.delete_file(orphan)
        return [orphan.removeprefix(f"{self._base}/") for orphan in orphans]

    def _place(self, path: str) -> str:
        parts = PurePosixPath(path).parts
        if not parts or ".." in parts or path.startswith("/"):
            raise ValueError(f"{path!r} is not a place inside the lake")
        return f"{self._base}/{path}"

    def _table(self, path: str, columns: Sequence[str] | None) -> pa.Table:
        with self._files.open_input_file(self._place(path)) as file:
            parquet = pq.ParquetFile(file)
            wanted = None if columns is None else [name for name in columns if name in parquet.schema_arrow.names]
            return parquet.read(columns=wanted).replace_schema_metadata(None)

    def _keep(self, place: str) -> None:
        """A local file must be on the disk before a batch that names it is committed."""
        if isinstance(self._files, fs.LocalFileSystem):
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _file_system(root: str) -> tuple[fs.FileSystem, str]:
    if "://" in root:
        return fs.FileSystem.from_uri(root)
    return fs.LocalFileSystem(), os.path.abspath(root)  # noqa: PTH100 - keeps links as they are


def _patiently(act: Callable[[], _Result]) -> _Result:
    """The result of `act`, tried again when the file system fails; a file that is not there stays not there."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

    def may_pass(error: BaseException) -> bool:
        return isinstance(error, OSError) and not isinstance(error, FileNotFoundError | PermissionError)

    attempts = Retrying(
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.5, max=5),
        retry=retry_if_exception(may_pass),
        reraise=True,
    )
    return attempts(act)
