"""Reads the ledger: notes, checkpoints and proofs. Used by verify.py and verify_log.py, which lie beside it.

Written from RFC 9162 and from signed-note, tlog-checkpoint, tlog-proof and tlog-tiles of c2sp.org. Needs Python 3.8
or later and the openssl program; no packages, no network, no AWS.
"""
import base64, hashlib, re, subprocess, sys, tempfile

P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")


def need(condition, reason):
    if not condition:
        sys.exit(f"REFUSED: {reason}")


def openssl(*args, **more):
    return subprocess.run(["openssl", *args], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **more)


def der(pem):
    """The key in PEM as DER."""
    public = openssl("pkey", "-pubin", "-outform", "DER", input=pem).stdout
    need(public.startswith(P256), "a key is not a P-256 public key")
    return public


def signed_by(pem, signature, text):
    """Whether ECDSA with SHA-256, in DER, over these bytes holds."""
    with tempfile.NamedTemporaryFile() as key, tempfile.NamedTemporaryFile() as sig:
        key.write(pem), key.flush(), sig.write(signature), sig.flush()
        return openssl("dgst", "-sha256", "-verify", key.name, "-signature", sig.name, input=text).returncode == 0


def decode(text):
    """Base64 in its one form."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = None
    need(data is not None and base64.b64encode(data).decode() == text, "something is not base64")
    return data


def keys(file):
    """Public keys of the ledger by their ids: the first four bytes of the SHA-256 of the key in DER."""
    with open(file, "rb") as opened:
        found = re.findall(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----\n?", opened.read(), re.DOTALL)
    need(found, "there is no public key of the ledger")
    return {hashlib.sha256(der(pem)).digest()[:4]: pem for pem in found}


def checkpoint(note, trusted):
    """Origin, size and root of a signed checkpoint. The text ends with the last empty line; signatures follow."""
    text, empty, lines = note.rpartition("\n\n")
    need(empty and lines.endswith("\n"), "the checkpoint has no signatures")
    fields, known = text.split("\n"), 0
    need(len(fields) == 3 and re.fullmatch(r"0|[1-9][0-9]{0,15}", fields[1]), "the checkpoint has not three lines")
    origin, size, root = fields[0], int(fields[1]), decode(fields[2])
    need(len(root) == 32, "the root of the checkpoint is malformed")
    for line in lines[:-1].split("\n"):
        need(re.fullmatch(r"\u2014 [^\s+]+ [A-Za-z0-9+/=]+", line), "a signature line is malformed")
        name, data = line.split(" ")[1], decode(line.split(" ")[2])
        # Lines of other keys are passed over; one of a known key has to hold.
        if name == origin and data[:4] in trusted:
            need(signed_by(trusted[data[:4]], data[4:], (text + "\n").encode()), "the checkpoint is not signed by its key")
            known += 1
    need(known > 0, "no known key signed the checkpoint")
    return origin, size, root


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(n):
    """Largest power of two below n, where a tree of n leaves is split."""
    return 1 << (n - 1).bit_length() - 1


def root_by_inclusion(hash_, index, size, path):
    """RFC 9162, 2.1.3: the last hash of a path is the one nearest to the root."""
    need(0 <= index < size and (size > 1) == bool(path), "the proof has not the right length")
    if size == 1:
        return hash_
    k = split(size)
    if index < k:
        return node(root_by_inclusion(hash_, index, k, path[:-1]), path[-1])
    return node(path[-1], root_by_inclusion(hash_, index - k, size - k, path[:-1]))


def roots_by_consistency(m, n, path, known):
    """RFC 9162, 2.1.4: roots of the old tree of m leaves and the new one of n, where `known` is the old one's root."""
    if m == n:
        need(len(path) == (0 if known else 1), "the proof has not the right length")
        return (known or path[0],) * 2
    need(0 < m < n and path, "the proof has not the right length")
    k = split(n)
    if m <= k:
        old, new = roots_by_consistency(m, k, path[:-1], known)
        return old, node(new, path[-1])
    old, new = roots_by_consistency(m - k, n - k, path[:-1], None)
    return node(path[-1], old), node(path[-1], new)


def check_consistency(older, newer, path):
    """Both are what `checkpoint` gives."""
    need(older[0] == newer[0], "the checkpoints are of two ledgers")
    need(older[1] <= newer[1], "the checkpoint that should be newer is of a smaller tree")
    if older[1] == 0:
        need(older[2] == hashlib.sha256().digest() and not path, "the older tree is empty, and its root is not")
        return
    found = roots_by_consistency(older[1], newer[1], path, older[2])
    need(found == (older[2], newer[2]), "the newer tree does not begin with the older one: the ledger was rewritten")


def check_inclusion(entry, proof, trusted):
    """Index, origin and size, once the entry is proved to be in a signed tree."""
    head, empty, note = proof.partition("\n\n")
    first, index, *path = head.split("\n") + [""] * (2 - len(head.split("\n")))
    need(empty and first == "c2sp.org/tlog-proof@v1", "the proof has another form")
    need(re.fullmatch(r"index (0|[1-9][0-9]{0,15})", index), "the proof has no index")
    origin, size, root = checkpoint(note, trusted)
    path = [decode(text) for text in path]
    need(all(len(hash_) == 32 for hash_ in path), "a hash of the proof is malformed")
    need(len(path) <= 53 and root_by_inclusion(leaf(entry), int(index[6:]), size, path) == root, "the entry is not there")
    return int(index[6:]), origin, size
