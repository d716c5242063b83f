"""A key file per office (Ed25519): with it an office signs what it has written, with its public half anyone checks.

The secret half is readable by its owner only and stays with the office; the public half is kept apart from the journal,
by whoever checks: who can rewrite a journal could exchange a public key that lies beside it.
"""

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ce_toolkit.errors import JournalError
from ce_toolkit.registers.private import private_file

SECRET, PUBLIC = ".key.pem", ".pub.pem"


def make_key(folder: Path, office: str) -> tuple[Path, Path]:
    """A new key of an office: the secret half (mode 0600) and the public half. Raises JournalError if it has one."""
    secret, public = folder / f"{office}{SECRET}", folder / f"{office}{PUBLIC}"
    if secret.exists() or public.exists():
        raise JournalError(f"{office} 在此文件夹已有密钥，不能覆盖；确需更换的请先移走旧密钥并保存其公钥。")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    with private_file(secret) as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return secret, public


def read_key(path: Path) -> Ed25519PrivateKey:
    """An office's secret key. Raises JournalError where the file holds none."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise JournalError(f"{path.name}：不是可用的密钥文件；请用 ce journal key 生成。") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise JournalError(f"{path.name}：不是 Ed25519 密钥；请用 ce journal key 生成。")
    return key


def read_public_keys(folder: Path) -> dict[str, Ed25519PublicKey]:
    """Public keys by office, from files named 371402.pub.pem. Raises JournalError where none is, or one is no key."""
    found = {}
    for path in sorted(folder.glob(f"*{PUBLIC}")):
        try:
            key = serialization.load_pem_public_key(path.read_bytes())
        except (OSError, ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise JournalError(f"{path.name}：不是可用的公钥文件。")
        found[path.name.removesuffix(PUBLIC)] = key
    if not found:
        raise JournalError(f"{folder.name}：没有公钥文件（如 371402{PUBLIC}）。")
    return found


def fingerprint(key: Ed25519PublicKey) -> str:
    """The first sixteen signs of a public key's hash, to be read out or printed."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def signature(key: Ed25519PrivateKey, data: bytes) -> str:
    """The key's signature of some bytes, in hex."""
    return key.sign(data).hex()


def is_signed(key: Ed25519PublicKey, data: bytes, signed: str) -> bool:
    """Whether these bytes were signed with the key's other half."""
    try:
        key.verify(bytes.fromhex(signed), data)
    except (InvalidSignature, ValueError):
        return False
    return True
