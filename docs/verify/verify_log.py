"""Checks the ledger offline:
    python3 verify_log.py ledger.pem older.txt newer.txt [proof.json]   that it only grew between two checkpoints
    python3 verify_log.py ledger.pem folder                             a whole copy of it, as it lies in storage

Needs Python 3.8 or later and the openssl program; no packages, no network, no AWS. ledger.py lies beside it.
"""
import json, os, sys

sys.dont_write_bytecode = True
import ledger
from ledger import need


def text(file):
    try:
        with open(file, encoding="utf-8", newline="") as opened:
            return opened.read()
    except (OSError, ValueError):
        sys.exit(f"REFUSED: {file} cannot be read as text")


def two(trusted, older, newer, proof=None):
    old, new = (ledger.checkpoint(text(file), trusted) for file in (older, newer))
    answer = {"from": old[1], "to": new[1], "hashes": []}
    if proof is not None:
        try:
            answer = json.loads(text(proof))
            answer["from"], answer["to"], answer["hashes"][:]
        except (ValueError, KeyError, TypeError):
            sys.exit("REFUSED: the proof has another form")
    if old[1] <= new[1]:
        need((answer["from"], answer["to"]) == (old[1], new[1]), "the proof is for trees of other sizes")
    ledger.check_consistency(old, new, [ledger.decode(hash_) for hash_ in answer["hashes"]])
    print(f"OK: the {new[1]} entries of {new[0]} begin with the older {old[1]}")


def path(level, index, width):
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join(["x" + part for part in parts[:-1]] + parts[-1:])
    return f"tile/{level}/{name}" + ("" if width == 256 else f".p/{width}")


class Log:
    """A folder with `checkpoint`, `checkpoints/SIZE` and `tile/...`, read from its first entry to its last."""

    def __init__(self, folder, trusted):
        self.folder = folder
        self.origin, self.size, self.root = ledger.checkpoint(text(os.path.join(folder, "checkpoint")), trusted)
        kept = os.path.join(folder, "checkpoints")
        self.signed = {self.size: self.root}
        for name in os.listdir(kept) if os.path.isdir(kept) else []:
            origin, size, root = ledger.checkpoint(text(os.path.join(kept, name)), trusted)
            need((origin, str(size)) == (self.origin, name), f"checkpoints/{name} is not what its name says")
            need(size <= self.size, f"the ledger was cut: a tree of {size} entries was signed")
            need(self.signed.setdefault(size, root) == root, f"two trees of {size} entries were signed")
        self.levels, self.subtrees = [], []

    def read(self, name):
        try:
            with open(os.path.join(self.folder, name), "rb") as opened:
                return opened.read()
        except OSError:
            need(False, f"{name} is missing")

    def entries(self):
        for index in range((self.size + 255) // 256):
            width = min(256, self.size - 256 * index)
            name = path("entries", index, width)
            bundle, at = self.read(name), 0
            for _ in range(width):
                length = int.from_bytes(bundle[at : at + 2], "big")
                need(len(bundle) >= at + 2 + length, f"{name} ends within an entry")
                yield bundle[at + 2 : at + 2 + length]
                at += 2 + length
            need(at == len(bundle), f"{name} has more than its entries")

    def grow(self, level, hash_):
        """Puts a hash into its tile, and the tile's root into the level above once it is full."""
        if level == len(self.levels):
            self.levels.append([0, []])
        tile = self.levels[level]
        tile[1].append(hash_)
        if len(tile[1]) == 256:
            self.compare(level, *tile)
            row = tile[1]
            while len(row) > 1:
                row = [ledger.node(*row[at : at + 2]) for at in range(0, len(row), 2)]
            self.levels[level] = [tile[0] + 1, []]
            self.grow(level + 1, row[0])

    def compare(self, level, index, hashes):
        name = path(level, index, len(hashes))
        need(self.read(name) == b"".join(hashes), f"{name} has other hashes than the entries")

    def check(self):
        count = 0
        self.compare_root(count)
        for entry in self.entries():
            hash_ = ledger.leaf(entry)
            self.grow(0, hash_)
            # Complete subtrees, as the ones of the binary form of the count; two of a size become one.
            self.subtrees.append(hash_)
            count += 1
            for _ in range((count & -count).bit_length() - 1):
                right, left = self.subtrees.pop(), self.subtrees.pop()
                self.subtrees.append(ledger.node(left, right))
            self.compare_root(count)
        for level, (index, hashes) in enumerate(self.levels):
            if hashes:
                self.compare(level, index, hashes)
        print(f"OK: {count} entries of {self.origin}; every tile and every checkpoint agrees with them")

    def compare_root(self, count):
        if count not in self.signed:
            return
        root = self.subtrees[-1] if self.subtrees else ledger.hashlib.sha256().digest()
        for left in reversed(self.subtrees[:-1]):
            root = ledger.node(left, root)
        need(root == self.signed[count], f"the signed root of {count} entries is not theirs")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4, 5):
        sys.exit(__doc__)
    trusted, given = ledger.keys(sys.argv[1]), sys.argv[2:]
    if len(given) == 1:
        Log(given[0], trusted).check()
    else:
        two(trusted, *given)
