"""A known vulnerability fails the check; what cannot be known is said."""

from __future__ import annotations

import json

import pytest

from scripts.audit import told


def test_a_known_vulnerability_fails(capsys: pytest.CaptureFixture[str]) -> None:
    known = {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
    assert told(json.dumps({"dependencies": [known]}), "") == 1
    assert "a 1: PYSEC-1, mended in 2" in capsys.readouterr().out


def test_what_cannot_be_known_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    skipped = {"name": "a", "skip_reason": "not found"}
    assert told(json.dumps({"dependencies": [skipped]}), "") == 0
    assert "1 of 1 dependencies are unknown" in capsys.readouterr().out
    assert told("", "requests.exceptions.ConnectionError: no route") == 0
    assert "no advisory service" in capsys.readouterr().out
    assert told("", "requests.exceptions.SSLError: no trust") == 0
    assert told("", "TypeError: a mistake") == 1, "an audit that fails is no audit"
    monkeypatch.setenv("LEDGER_AUDIT", "required")
    assert told(json.dumps({"dependencies": [skipped]}), "") == 1
    good = {"name": "a", "version": "1", "vulns": []}
    assert told(json.dumps({"dependencies": [good]}), "") == 0
    assert "no known vulnerability" in capsys.readouterr().out
