"""Checks an archive with nothing but its files and a public key; names the first fault by the record's number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nacl.secret import Aead

from contracts.jws import WrongSignature, kid_of
from evidence.archive.chain import GENESIS, ChainLine, Torn, decrypt, follows, read_head, read_line
from evidence.archive.files import heads_of, last_line, lines_in, lines_of, segments


@dataclass(frozen=True)
class Heads:
    """The sealed heads: the chain value at each sealed record, and what is wrong with the first head that is wrong."""

    chains: Mapping[int, str] = field(default_factory=dict)
    unknown: str | None = None
    """A head that is under none of the given keys."""
    fault: str | None = None

    @property
    def newest(self) -> int:
        """Until which record it was sealed; 0 where it was not."""
        return max(self.chains, default=0)


def read_heads(tokens: Iterable[str], keys: Mapping[str, str]) -> Heads:
    """What the heads in the archive's own file say, under these public seal keys (by their ids)."""
    chains: dict[int, str] = {}
    unknown = None
    for place, token in enumerate(tokens, start=1):
        try:
            kid = kid_of(token)
            if kid not in keys:
                unknown = unknown or f"head {place} is under a key that is not given (kid {kid})"
                continue
            head = read_head(token, keys[kid])
        except (WrongSignature, ValueError, LookupError) as wrong:
            return Heads(chains, unknown, f"head {place} was changed: {wrong}")
        chains[head.sequence] = head.chain
    return Heads(chains, unknown)


@dataclass
class Chain:
    """The chain as far as it was followed, held against what was sealed; `fault` says what is wrong first."""

    sequence: int = 0
    chain: str = GENESIS
    heads: Heads = field(default_factory=Heads)
    sealed_until: int = 0
    fault: str | None = None

    def take(self, text: str) -> ChainLine | None:
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
        elif self.heads.chains.get(wanted, line.chain) != line.chain:
            self.fault = f"record {wanted}, or one before it, is not what was sealed"
        else:
            self.sequence, self.chain = line.sequence, line.chain
            if wanted in self.heads.chains:
                self.sealed_until = wanted
            return line
        return None

    def end(self) -> None:
        """After the last line: nothing that was sealed may be missing."""
        if self.fault is None and self.heads.newest > self.sequence:
            until = self.heads.newest
            self.fault = f"record {self.sequence + 1} is missing: the archive was sealed until record {until}"


def _misplaced(found: int, wanted: int) -> str:
    if found > wanted:
        return f"record {wanted} is missing: record {found} stands in its place"
    return f"record {found} stands twice, or where record {wanted} belongs"


def fault_of_the_newest(folder: Path, heads: Heads) -> str | None:
    """What is wrong with the newest segment or the heads, as whoever is to write on it wants to know at start."""
    if heads.fault is not None:
        return heads.fault
    found = segments(folder)
    chain = Chain(heads=heads)
    try:
        if len(found) > 1:
            before = read_line(last_line(found[-2]))
            chain = Chain(before.sequence, before.chain, heads)
    except Torn as torn:
        return f"the last record of {found[-2].name} was changed: {torn}"
    for text in lines_in(found[-1], is_newest=True) if found else ():
        if chain.take(text) is None:
            break
    chain.end()
    return chain.fault


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
    heads = read_heads(heads_of(folder), keys)
    if fault := heads.fault or heads.unknown:
        return Report(0, GENESIS, 0, fault)
    chain = Chain(heads=heads)
    for text in lines_of(folder):
        line = chain.take(text)
        if line is None:
            break
        if box is not None:
            try:
                decrypt(line, box)
            except Torn as torn:
                chain.fault = str(torn)
                break
    chain.end()
    if chain.fault is None and not chain.sequence:
        chain.fault = "there is no record in it"
    if chain.fault is None and not heads.chains:
        chain.fault = "nothing of it is sealed: whoever wrote it could have written anything"
    return Report(chain.sequence, chain.chain, chain.sealed_until, chain.fault)
