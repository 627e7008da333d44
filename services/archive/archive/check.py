"""Checks an archive with nothing but its files and a public key; names the first fault by the record's number."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nacl.secret import Aead

from archive.chain import GENESIS, Line, Torn, follows, read_head, read_line, unsealed
from archive.files import heads_of, last_line, lines_in, lines_of, segments
from contracts.signed import WrongSignature, kid_of


@dataclass
class Chain:
    """The chain as far as it was followed; `fault` says what is wrong first."""

    sequence: int = 0
    chain: str = GENESIS
    fault: str | None = None

    def take(self, text: str) -> Line | None:
        """The next line; None where it, or one before it, is not as it was written."""
        if self.fault is not None:
            return None
        wanted = self.sequence + 1
        try:
            line = read_line(text)
        except Torn as torn:
            self.fault = f"record {wanted} was changed: {torn}"
            return None
        if line.sequence != wanted:
            self.fault = _misplaced(line.sequence, wanted)
        elif not follows(line, self.chain):
            self.fault = f"record {wanted} was changed: its chain value does not fit what stands in it"
        else:
            self.sequence, self.chain = line.sequence, line.chain
            return line
        return None


def _misplaced(found: int, wanted: int) -> str:
    if found > wanted:
        return f"record {wanted} is missing: record {found} stands in its place"
    return f"record {found} stands twice, or where record {wanted} belongs"


def fault_of_the_newest(folder: Path) -> str | None:
    """What is wrong with the newest segment, as whoever is to write on it wants to know at start."""
    found = segments(folder)
    chain = Chain()
    try:
        if len(found) > 1:
            before = read_line(last_line(found[-2]))
            chain = Chain(before.sequence, before.chain)
    except Torn as torn:
        return f"the last record of {found[-2].name} was changed: {torn}"
    for text in lines_in(found[-1], is_newest=True) if found else ():
        if chain.take(text) is None:
            break
    return chain.fault


def newest_head(folder: Path, x: str) -> int:
    """Until which record it is sealed under this key; 0 where it is not."""
    sequence = 0
    for token in heads_of(folder):
        with suppress(WrongSignature, ValueError, LookupError):
            sequence = max(sequence, read_head(token, x).sequence)
    return sequence


@dataclass(frozen=True)
class Report:
    """What an archive holds, until where it is sealed, and its first fault."""

    records: int
    chain: str
    sealed_until: int
    fault: str | None


def check(folder: Path, keys: Mapping[str, str], box: Aead | None = None) -> Report:
    """`keys` are the public seal keys by their ids; with a box, every record is decrypted and compared, too."""
    if not folder.is_dir():
        raise FileNotFoundError("there is no such folder of an archive")
    sealed: dict[int, str] = {}
    for place, token in enumerate(heads_of(folder), start=1):
        try:
            kid = kid_of(token)
            if kid not in keys:
                return Report(0, GENESIS, 0, f"head {place} is under a key that is not given (kid {kid})")
            head = read_head(token, keys[kid])
        except (WrongSignature, ValueError, LookupError) as wrong:
            return Report(0, GENESIS, 0, f"head {place} was changed: {wrong}")
        sealed[head.sequence] = head.chain
    chain, sealed_until = Chain(), 0
    for text in lines_of(folder):
        line = chain.take(text)
        if line is None:
            break
        if line.sequence in sealed:
            if sealed[line.sequence] != line.chain:
                chain.fault = f"record {line.sequence}, or one before it, is not what was sealed"
                break
            sealed_until = line.sequence
        if box is not None:
            try:
                unsealed(line, box)
            except Torn as torn:
                chain.fault = str(torn)
                break
    newest = max(sealed, default=0)
    if chain.fault is None and chain.sequence and not sealed:
        chain.fault = "nothing of it is sealed: whoever wrote it could have written anything"
    if chain.fault is None and newest > chain.sequence:
        chain.fault = f"record {chain.sequence + 1} is missing: the archive was sealed until record {newest}"
    return Report(chain.sequence, chain.chain, sealed_until, chain.fault)
