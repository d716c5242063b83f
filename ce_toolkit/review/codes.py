"""Codes that stand for units in public: twelve hex digits that only the county can lead back to a person."""

import hashlib
import hmac

import pandas as pd

DEMONSTRATION = "示范数据：密钥是公开的".encode()
"""The secret of invented data, so that a demonstration gives the same draw on every machine."""


def unit_codes(claims: pd.DataFrame, people: pd.DataFrame, secret: bytes) -> pd.Series:
    """The code of each claim: first 12 hex digits of HMAC-SHA256(secret, certificate number + activity row).

    Whoever has no certificate number goes by the number given at intake. Index as ``claims``; upper case.
    """
    number = people.set_index("person_id")["certificate_no"].reindex(claims["person_id"]).to_numpy()
    keys = pd.Series(number, index=claims.index, dtype="str").fillna(claims["person_id"]) + "\n" + claims["claim_id"]
    return keys.map(lambda key: _code(secret, key)).astype("str")


def _code(secret: bytes, key: str) -> str:
    return hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()[:12].upper()
