"""Who was erased, kept as salted hashes: enough to forget them again, not enough to name them."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = "erasures.json"


@dataclass(frozen=True)
class Erasure:
    """One erasure: when (UTC), for whom it was done and why, and hashes of keys and addresses."""

    erasure_id: str
    erased_at: str
    approved_by: str
    reason: str
    hashes: tuple[str, ...]


@dataclass
class Register:
    """All erasures of a home, and the salt that its hashes and pseudonyms are made with."""

    salt: str
    erasures: list[Erasure] = field(default_factory=list)

    def hashed(self, text: str) -> str:
        """The hash of a key or of an address, whatever its case."""
        return hashlib.sha256(f"{self.salt}{text.strip().lower()}".encode()).hexdigest()

    @property
    def hashes(self) -> list[str]:
        """The hashes of all keys and addresses that were erased."""
        return sorted({one for erasure in self.erasures for one in erasure.hashes})


def privacy_folder(home: Path) -> Path:
    """Where a home keeps its register and the reports of its erasures."""
    return home / "privacy"


def read_register(home: Path) -> Register:
    """The home's register; a new one with a salt of its own where there is none yet."""
    file = privacy_folder(home) / FILE
    if not file.is_file():
        return Register(salt=secrets.token_hex(32))
    content = json.loads(file.read_text(encoding="utf-8"))
    return Register(
        salt=content["salt"],
        erasures=[
            Erasure(**{**one, "hashes": tuple(one["hashes"])}) for one in content["erasures"]
        ],
    )


def write_register(home: Path, register: Register) -> None:
    """Keep the register, whole or not at all, for its owner's eyes only."""
    folder = privacy_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{FILE}.next"
    content = {"salt": register.salt, "erasures": [asdict(one) for one in register.erasures]}
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        json.dump(content, opened, indent=2)
        opened.write("\n")
        opened.flush()
        os.fsync(opened.fileno())
    aside.replace(folder / FILE)
