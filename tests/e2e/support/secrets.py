"""Collects every key, password, token and payload that the tests use, and searches hermod's logs for them."""

import json
import re
import urllib.parse

from . import process

_LEAST = 6  # bytes; shorter secrets may occur in any log
_PIECE = 64  # bytes compared of a long secret, because logs truncate external text at 256 bytes
_SETTINGS = ("JWT_SECRET_KEY", "ADMIN_TOKEN", "CONSOLE_TOKEN", "OTEL_EXPORTER_OTLP_HEADERS")

_kept = {}
_said = []  # the stderr of commands that ended


def keep(secret, what):
    if len(secret) >= _LEAST:
        _kept[secret[:_PIECE]] = what


def keep_token(token):
    """Collects a token and its signature, which is the secret part."""
    if len(token) >= 16:
        keep(token, "a token")
        keep(token.rpartition(".")[2], "a token's signature")


def keep_settings(settings):
    for name in _SETTINGS:
        keep(str(settings.get(name, "")), name)
    keep(urllib.parse.urlsplit(str(settings.get("REDIS_URL", ""))).password or "", "Redis' password")
    for password in re.findall(r"password=([^,\n]+)", str(settings.get("KAFKA_CONFIG", ""))):
        keep(password, "Kafka's password")


def keep_handshake(url, headers=None, protocols=()):
    for token in urllib.parse.parse_qs(urllib.parse.urlsplit(url).query).get("token", []):
        keep_token(token)
    keep_token((headers or {}).get("Authorization", "").rpartition(" ")[2])
    for protocol in protocols or ():
        if protocol.startswith("bearer."):
            keep_token(protocol.removeprefix("bearer."))


def keep_payloads(value):
    """Collects the strings inside a record's payload."""
    try:
        record = json.loads(value)
    except (ValueError, RecursionError):
        return
    notification = record.get("data", record) if isinstance(record, dict) else {}
    payload = notification.get("payload") if isinstance(notification, dict) else None
    for text in payload.values() if isinstance(payload, dict) else ():
        if isinstance(text, str):
            keep(text, "a payload")


def heard(text):
    _said.append(("a command", text))


def leaks(logs=None):
    """Descriptions of the secrets found in logs, without the secrets."""
    found = []
    for name, text in [*_said, *process.logs("hermod")] if logs is None else logs:
        for secret, what in _kept.items():
            if secret in text or json.dumps(secret, ensure_ascii=False)[1:-1] in text:
                line = next((one for one in text.splitlines() if secret in one), "")
                found.append(f"{what} in the log of {name}: …{line.partition(secret)[0][-80:]}***")
    return found


def count():
    return len(_kept)
