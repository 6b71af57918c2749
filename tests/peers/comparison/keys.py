"""RSA and Ed25519 keys from a fixed seed, the same in every run. They protect nothing."""

import base64
import hashlib
from dataclasses import dataclass
from random import Random

from nacl.signing import SigningKey

_EXPONENT = 65537
# What stands before a digest in a signature. RFC 8017 9.2, note 1
_DIGEST_INFO = {
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
}
_RSA_ALGORITHM = bytes.fromhex("300d06092a864886f70d0101010500")


@dataclass(frozen=True)
class RsaKey:
    """A private key: modulus and private exponent."""

    modulus: int
    exponent: int
    kind = "rsa"

    def sign(self, digest: bytes, algorithm: str) -> bytes:
        """RSASSA-PKCS1-v1_5. RFC 8017 8.2.1"""
        size = (self.modulus.bit_length() + 7) // 8
        info = _DIGEST_INFO[algorithm] + digest
        padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
        return pow(int.from_bytes(padded, "big"), self.exponent, self.modulus).to_bytes(size, "big")

    def bare_public(self) -> bytes:
        """RSAPublicKey. RFC 8017 A.1.1"""
        return _der(0x30, _integer(self.modulus) + _integer(_EXPONENT))

    def public(self) -> bytes:
        """SubjectPublicKeyInfo, which p= usually holds. RFC 6376 3.6.1 and its errata"""
        return _der(0x30, _RSA_ALGORITHM + _der(0x03, b"\x00" + self.bare_public()))


@dataclass(frozen=True)
class EdKey:
    """An Ed25519 key."""

    seed: bytes
    kind = "ed25519"

    def sign(self, digest: bytes, algorithm: str) -> bytes:
        """PureEdDSA over the digest. RFC 8463 3"""
        del algorithm
        return SigningKey(self.seed).sign(digest).signature

    def public(self) -> bytes:
        return bytes(SigningKey(self.seed).verify_key)

    bare_public = public


def make_keys() -> dict[str, RsaKey | EdKey]:
    """By name; the number of bits stands in it. Takes about a second."""
    chance = Random("keys of tests/peers")
    keys = {f"rsa{bits}": _rsa_key(chance, bits) for bits in (2048, 1024, 768)}
    return keys | {"ed25519": EdKey(hashlib.sha256(b"keys of tests/peers").digest())}


def published(key: RsaKey | EdKey) -> str:
    """p= of its record."""
    return base64.b64encode(key.public()).decode()


def _rsa_key(chance: Random, bits: int) -> RsaKey:
    while True:
        p, q = _prime(chance, bits // 2), _prime(chance, bits // 2)
        order = (p - 1) * (q - 1)
        if p != q and order % _EXPONENT:
            return RsaKey(p * q, pow(_EXPONENT, -1, order))


def _prime(chance: Random, bits: int) -> int:
    """A probable prime with its two highest bits set, so that products have twice the bits."""
    small = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]
    while True:
        candidate = chance.getrandbits(bits) | 3 << (bits - 2) | 1
        if all(candidate % n for n in small) and all(
                pow(base, candidate - 1, candidate) == 1 for base in (2, 3, 5)):
            return candidate


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))
