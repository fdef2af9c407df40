"""Checks an erasure certificate offline: python3 verify.py certificate.json key.pem [ledger.pem]

Needs Python 3.8 or later and the openssl program; no packages, no network, no AWS. For the ledger's part ledger.py
lies beside it.
"""
import base64, hashlib, json, subprocess, sys, tempfile

file, key = open(sys.argv[1], "rb").read(), sys.argv[2]
ledger_key = sys.argv[3] if len(sys.argv) > 3 else None

def need(condition, reason):
    if not condition:
        sys.exit(f"REFUSED: {reason}")

def canonical(value):  # RFC 8785, for the texts and whole numbers that a certificate has
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

def openssl(*args, **more):
    return subprocess.run(["openssl", *args], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **more)

try:
    document = json.loads(file)
    certificate, text = document["certificate"], document["signature"]
    need(canonical(document) == file, "the file is not canonical JSON")
    signature = base64.b64decode(text, validate=True)
except (ValueError, KeyError, TypeError):
    sys.exit("REFUSED: the file is not a certificate")
need(set(document) - {"ledger"} == {"certificate", "signature"}, "the file has other members")
need(base64.b64encode(signature).decode() == text, "the signature has another form")

public = openssl("pkey", "-pubin", "-in", key, "-outform", "DER").stdout
p256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
need(public.startswith(p256), "the key is not a P-256 public key")
need(hashlib.sha256(public).hexdigest() == certificate["signedBy"]["publicKeySha256"], "it names another key")
with tempfile.NamedTemporaryFile() as der:
    der.write(signature)
    der.flush()
    checked = openssl("dgst", "-sha256", "-verify", key, "-signature", der.name, input=canonical(certificate))
need(checked.returncode == 0, "the signature does not belong to this certificate and key")

kept = [entry["storeId"] for entry in certificate["retained"]]
for store in certificate["stores"]:
    for kind, found in store["found"].items():
        erased, sealed, held, left = (store[part][kind] for part in ("erased", "sealed", "held", "left"))
        need(left == 0 and found == erased + sealed + held, f"the counts of {store['storeId']} do not add up")
        need(sealed == 0 or store["storeId"] in kept, "something was sealed and no law is named")
        need(held == 0 or certificate["outcome"] == "held", "something was held in a completed erasure")
need(certificate["outcome"] != "completed" or kept + certificate["holds"] == [], "something is kept after all")
for processor in certificate["processors"] if certificate["version"] > 2 else []:
    state, answered = processor["state"], processor["answeredAt"] is not None
    need(answered == (state in ("acknowledged", "refused", "evidenced")), "an answer has no time, or a time no answer")
    need(processor["toldAt"] or state not in ("acknowledged", "refused", "told"), "one that was not told has answered")
    need((processor["evidenceSha256"] is not None) == (state == "evidenced"), "evidence is missing")

place = "not in the ledger yet"
if "ledger" in document:
    # The ledger has the hash of the file without the member that says so.
    bare = hashlib.sha256(canonical({"certificate": certificate, "signature": text})).hexdigest()
    try:
        entry, proof = document["ledger"]["entry"], document["ledger"]["proof"]
        event = json.loads(entry)
        kind, about, named = event["type"], event["about"], event["hashes"].get("certificate")
    except (ValueError, KeyError, TypeError, AttributeError):
        sys.exit("REFUSED: the ledger's part has another form")
    need(len(document["ledger"]) == 2 and kind == "erasure.certificate" and
         (about + "/").startswith(certificate["requestId"] + "/"), "the entry tells of something else")
    need(named == bare, "the entry tells of another certificate")
    place = "NOT CHECKED: give the ledger's public key"
    if ledger_key is not None:
        sys.dont_write_bytecode = True
        import ledger
        place = "entry %d of %s, in a signed tree of %d entries" % ledger.check_inclusion(
            entry.encode(), proof, ledger.keys(ledger_key))

for processor in certificate["processors"]:
    print(f"processor {processor['processorId']}" + (f": {processor['state']}" if "state" in processor else ""))
for entry in certificate["retained"]:
    print(f"kept until {entry['until']}: {entry['storeId']}, by " + "; ".join(law["citation"] for law in entry["law"]))
print(f"OK: {certificate['outcome']}, request {certificate['requestId']}, verified {certificate['verifiedAt']}")
print(f"ledger: {place}")
