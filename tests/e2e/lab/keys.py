"""The signing keys of all sender domains, made anew for each run: no key is worth stealing here."""

import base64
import subprocess
from dataclasses import dataclass

from nacl.encoding import Base64Encoder
from nacl.signing import SigningKey

# The selectors under which zones publish the two keys.
RSA = "rsa"
ED25519 = "ed"


@dataclass(frozen=True)
class Keys:
    """Private keys in the form dkimpy takes, and the key records to publish."""

    private: dict[str, bytes]
    record: dict[str, str]


def make_keys() -> Keys:
    """One RSA key of 2048 bits and one Ed25519 key."""
    rsa = _openssl(b"", "genrsa", "-traditional", "2048")
    rsa_public = _openssl(rsa, "rsa", "-pubout", "-outform", "DER")
    ed25519 = SigningKey.generate()
    return Keys(
        private={RSA: rsa, ED25519: ed25519.encode(Base64Encoder)},
        record={
            RSA: "v=DKIM1; k=rsa; p=" + base64.b64encode(rsa_public).decode(),
            ED25519: "v=DKIM1; k=ed25519; p=" + ed25519.verify_key.encode(Base64Encoder).decode(),
        })


def _openssl(stdin: bytes, *arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], input=stdin, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
