"""The fast path: what one specimen of a shape passes, every line of that shape passes.

A shape is the keys of a record's objects, in order and with repeats, and the JSON types of its
known values. What a shape leaves open is proven per line by the projection; a line that is not
proven is examined for itself, and so is every line of a block of which any query fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tracking_pipeline.sources.consent import may_withdraw
from tracking_pipeline.sources.examine import Examined, examine, kind_name
from tracking_pipeline.sources.framing import Block
from tracking_pipeline.sources.intake import FileCount, Intake, inherited
from tracking_pipeline.sources.one_by_one import take_line, take_lines
from tracking_pipeline.sources.projection import INHERITED, typed
from tracking_pipeline.sources.record import RecordKind
from tracking_pipeline.sources.strict import WHITE_SPACE, JsonValue, RefusedError, parse

_MORSEL_LINES = 2048
# More new shapes than this in one block: examining specimens would be no quicker than all lines.
_NEW_SHAPES = 500
_FEW_LINES = 200
_HEAD_CHARACTERS = 100

_LINES = (
    "(select text, position, position + $first_line as line_number, "
    "start + $first_offset as byte_offset, $received_at as received_at, "
    + ", ".join(f"${name} as {name}" for name in INHERITED)
    + ", null::varchar as extras, null::varchar as lead_rest from bulk_lines)"
)
_PASSES = "is_proven and refusal is null"
# The fingerprint of whatever DuckDB does not read as JSON, in which no two lines need be alike.
_NO_SHAPE = 0

_Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Verdict:
    """What a specimen says of its shape: right (``examined``), of another kind, or neither."""

    examined: Examined | None = None
    is_other_kind: bool = False


class Bulk:
    """Types the lines of one file block by block."""

    def __init__(self, intake: Intake, count: FileCount) -> None:
        self._intake = intake
        self._count = count
        self._verdicts: dict[str, dict[int, _Verdict]] = {}
        self._present: dict[str, frozenset[str]] = {}
        self._proven: list[tuple[Examined, int]] = []

    def take(self, block: Block) -> None:
        """Type the lines of ``block``; those that cannot be proven go one by one, in order."""
        if self._intake.source.is_by_consent and may_withdraw(block.data):
            take_lines(self._intake, self._count, block)
            return
        try:
            lines = _Lines(block, self._intake.limits.max_record_bytes)
            unproven = self._take_proven(lines)
        except duckdb.FatalException:
            raise
        except duckdb.Error:
            # Whatever a query stumbled over, the strict path names it, and reads the rest.
            self._intake.take_back(self._count, block.offset)
            take_lines(self._intake, self._count, block)
        else:
            for examined, times in self._proven:
                self._count.n_records += times
                self._count.note(examined, times)
            for position in unproven.tolist():
                self._take_line(lines, position)
        finally:
            self._proven = []

    def _take_proven(self, lines: "_Lines") -> _Positions:
        """Type what can be proven, note it, and return the positions that are left, in order."""
        rest, unproven = self._take_hinted(lines)
        unproven.append(lines.unsound)
        while len(rest) > _FEW_LINES:
            kind = self._kind(lines.raw(int(rest[0])))
            if kind is None:
                unproven.append(rest[:1])
                rest = rest[1:]
            else:
                n_before = len(rest)
                refused, rest = self._take_kind(kind, lines, rest)
                unproven.append(refused)
                if len(rest) == n_before:
                    # Kinds that share a shape: its specimen was of another one than the first line.
                    break
        return np.sort(np.concatenate([*unproven, rest]))

    def _take_hinted(self, lines: "_Lines") -> tuple[_Positions, list[_Positions]]:
        """Type the lines that name their kind early, and return the positions that are left."""
        hints = self._hints(lines)
        rest, unproven = [lines.sound[hints < 0]], []
        for number, kind in enumerate(self._intake.source.kinds):
            positions = lines.sound[hints == number]
            if len(positions) > _FEW_LINES:
                refused, positions = self._take_kind(kind, lines, positions)
                unproven.append(refused)
            rest.append(positions)
        return np.sort(np.concatenate(rest)), unproven

    def _hints(self, lines: "_Lines") -> npt.NDArray[np.int64]:
        """Guess each sound line's kind, -1 for unknown: a wrong guess costs time, nothing else."""
        kinds = enumerate(self._intake.source.kinds)
        cases = " ".join(
            f"when contains(head, '\"{kind.name}\"') then {number}" for number, kind in kinds
        )
        with self._registered(lines.table(lines.sound)):
            found = self._intake.con.execute(
                f"select case {cases} else -1 end::bigint as hint "
                f"from (select left(text, {_HEAD_CHARACTERS}) as head, position from bulk_lines) "
                "order by position"
            ).fetchnumpy()
        return np.asarray(found["hint"])

    @contextmanager
    def _registered(self, table: pa.Table) -> Iterator[None]:
        """Let queries read ``table`` as bulk_lines."""
        self._intake.con.register("bulk_lines", table)
        try:
            yield
        finally:
            self._intake.con.unregister("bulk_lines")

    def _take_line(self, lines: "_Lines", position: int) -> None:
        raw, line, offset = lines.raw(position), lines.block.line + position, lines.starts[position]
        take_line(self._intake, self._count, raw, line, lines.block.offset + int(offset))

    def _kind(self, raw: bytes) -> RecordKind | None:
        value = self._parsed(raw)
        return self._intake.source.by_name.get(
            kind_name(value, self._intake.source, self._count.file.name) or ""
        )

    def _parsed(self, raw: bytes) -> JsonValue:
        try:
            text = raw.decode().strip(WHITE_SPACE)
            value, end = parse(text, 0, self._intake.limits.max_json_depth)
        except RefusedError:
            return None
        return value if end == len(text) else None

    def _take_kind(
        self, kind: RecordKind, lines: "_Lines", positions: _Positions
    ) -> tuple[_Positions, _Positions]:
        """Type the lines of ``kind``; return the unproven positions and those of other kinds."""
        table = lines.table(positions)
        judged = self._judged(kind, lines, table)
        right, others, refused = judged.sorted()
        is_all = len(right) == len(positions)
        failed = self._insert(kind, lines, right, table if is_all else lines.table(right))
        self._proven += judged.tally(failed)
        return np.concatenate([refused, failed]), others

    def _judged(self, kind: RecordKind, lines: "_Lines", table: pa.Table) -> "_Judged":
        """Return what the specimens of their shapes say of the lines in ``table``."""
        while True:
            present = self._present.get(kind.name, frozenset())
            places, shapes = self._shapes(kind, table, present)
            distinct, firsts, inverse = np.unique(shapes, return_index=True, return_inverse=True)
            verdicts = self._judge(kind, lines, distinct, places[firsts])
            if self._present.get(kind.name, frozenset()) == present:
                return _Judged(places, verdicts, inverse)

    def _shapes(
        self, kind: RecordKind, table: pa.Table, present: frozenset[str]
    ) -> tuple[_Positions, npt.NDArray[np.uint64]]:
        """Each line's position and the fingerprint of its shape."""
        shape = f"coalesce(try({_shape(kind, present)}), {_NO_SHAPE}::ubigint)"
        with self._registered(table):
            found = self._intake.con.execute(
                f"select position, {shape} as shape from bulk_lines"
            ).fetchnumpy()
        return found["position"], found["shape"]

    def _judge(
        self,
        kind: RecordKind,
        lines: "_Lines",
        shapes: npt.NDArray[np.uint64],
        specimens: _Positions,
    ) -> list[_Verdict]:
        """Judge each shape; a specimen with paths not yet looked at voids all verdicts."""
        verdicts = self._verdicts.setdefault(kind.name, {})
        verdicts[_NO_SHAPE] = _Verdict()
        new = [
            (shape, position)
            for shape, position in zip(shapes.tolist(), specimens.tolist(), strict=True)
            if shape not in verdicts
        ]
        for shape, position in new[:_NEW_SHAPES]:
            verdicts[shape] = self._verdict(kind, lines.raw(position))
        judged = [verdicts.get(shape, _Verdict()) for shape in shapes.tolist()]
        seen = self._present.get(kind.name, frozenset())
        found = seen.union(*(v.examined.present for v in judged if v.examined))
        if found != seen:
            self._present[kind.name] = found
            verdicts.clear()
        return judged

    def _verdict(self, kind: RecordKind, raw: bytes) -> _Verdict:
        value = self._parsed(raw)
        try:
            examined = examine(value, self._intake.source, self._count.file.name)
        except RefusedError:
            return _Verdict()
        if examined.kind is not kind:
            return _Verdict(is_other_kind=True)
        return _Verdict(examined) if examined.is_closed else _Verdict()

    def _insert(
        self, kind: RecordKind, lines: "_Lines", positions: _Positions, table: pa.Table
    ) -> _Positions:
        """Type the lines at ``positions``, ``table``; return those that failed to be proven."""
        if not len(positions):
            return positions
        intake, file = self._intake, self._count.file
        bound: dict[str, object] = {
            **inherited(file),
            "first_line": lines.block.line,
            "first_offset": lines.block.offset,
        }
        rows = f"({typed(kind, _LINES, self._present[kind.name])})"
        failed: list[int] = []
        with self._registered(table):
            inserted = intake.insert(kind, f"{rows} where {_PASSES}", bound)
            if inserted < len(positions):
                query = f"select position from {rows} where not ({_PASSES})"
                failed = [position for (position,) in intake.run(query, bound)]
        return np.array(failed, dtype=np.int64)


@dataclass(frozen=True)
class _Judged:
    """Positions of lines, the verdicts on their shapes, and each line's index into these."""

    places: _Positions
    verdicts: list[_Verdict]
    shapes: npt.NDArray[np.intp]

    def sorted(self) -> tuple[_Positions, _Positions, _Positions]:
        """Positions that are right, of another kind, and neither, each in order."""
        right = np.array([verdict.examined is not None for verdict in self.verdicts])[self.shapes]
        other = np.array([verdict.is_other_kind for verdict in self.verdicts])[self.shapes]
        masks = (right, other, ~right & ~other)
        return tuple(np.sort(self.places[mask]) for mask in masks)  # type: ignore[return-value]

    def tally(self, failed: _Positions) -> Iterator[tuple[Examined, int]]:
        """Each specimen and how many lines of its shape did not fail."""
        shapes = self.shapes[~np.isin(self.places, failed)] if len(failed) else self.shapes
        counts = np.bincount(shapes, minlength=len(self.verdicts)).tolist()
        for verdict, times in zip(self.verdicts, counts, strict=True):
            if verdict.examined is not None and times:
                yield verdict.examined, times


class _Lines:
    """The lines of a block as an Arrow column over the block's own bytes."""

    def __init__(self, block: Block, max_bytes: int) -> None:
        self.block = block
        data = np.frombuffer(block.data, np.uint8)
        ends = np.flatnonzero(data == ord("\n")) + 1
        self._bounds = np.concatenate([[0], ends]).astype(np.int32)
        self.starts = self._bounds[:-1]
        lengths = np.diff(self._bounds)
        sound = (lengths > len(b"{}\n")) & (lengths <= max_bytes)
        # A line that begins otherwise may hold anything, and its record begins elsewhere.
        sound &= data[self.starts] == ord("{")
        sound &= ~self._undecodable()
        positions = np.arange(len(lengths), dtype=np.int64)
        self.sound, self.unsound = positions[sound], positions[~sound]

    def raw(self, position: int) -> bytes:
        """Return the bytes of one line, with its end."""
        return self.block.data[self._bounds[position] : self._bounds[position + 1]]

    def table(self, positions: _Positions) -> pa.Table:
        """``text``, ``position`` and ``start`` of some lines, in morsels that threads share."""
        buffers = [None, pa.py_buffer(self._bounds), pa.py_buffer(self.block.data)]
        texts = pa.StringArray.from_buffers(len(self.starts), *buffers[1:])
        if len(positions) < len(self.starts):
            texts = texts.take(pa.array(positions))
        starts = pa.array(self.starts[positions], pa.int64())
        batch = pa.record_batch({"text": texts, "position": pa.array(positions), "start": starts})
        morsels = range(0, max(batch.num_rows, 1), _MORSEL_LINES)
        return pa.Table.from_batches([batch.slice(start, _MORSEL_LINES) for start in morsels])

    def _undecodable(self) -> npt.NDArray[np.bool_]:
        broken = np.zeros(len(self.starts), dtype=np.bool_)
        if not _is_utf8(self.block.data):
            broken[:] = [not _is_utf8(self.raw(place)) for place in range(len(broken))]
        return broken


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@cache
def _shape(kind: RecordKind, present: frozenset[str]) -> str:
    """Return SQL of the fingerprint of a shape, as far as ``present`` paths show it."""
    sections = [_path(path) for path in sorted(present.intersection(kind.sections))]
    # A list is proven by its content.
    values = {path for path in present if kind.known.get(path) != "VARCHAR[]"}
    paths = ["'$'", *(_path(path) for path in sorted(values))]
    keys = f"json_keys(text, ['$', {', '.join(sections)}])"
    return f"hash({keys}, json_type(text, [{', '.join(paths)}]))"


def _path(dotted: str) -> str:
    return "'$" + "".join(f'."{key}"' for key in dotted.split(".")) + "'"
