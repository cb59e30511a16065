"""Known vulnerabilities of the locked dependencies, as far as an advisory service answers from here.

`python -m scripts.audit`: exit code 1 if one is known, or if the audit itself fails. Where no service can be
reached nothing is known, which is said; it is a failure only where LEDGER_AUDIT=required, so that an
offline machine can check everything else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

# How a service that cannot be reached is told of: no route, no name, no time, no trust, no answer.
UNREACHABLE = ("requests.exceptions.", "urllib3.exceptions.", "ServiceError", "ConnectionError", "HTTPError")
LOCK = Path(__file__).parent.parent / "requirements.lock"


def main() -> int:
    audited = subprocess.run(
        [
            Path(sys.prefix) / "bin" / "pip-audit",
            "--disable-pip",
            "--require-hashes",
            "-r",
            LOCK,
            "-f",
            "json",
            "--progress-spinner",
            "off",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return told(audited.stdout, audited.stderr)


def told(found: str, said: str) -> int:
    """Say what pip-audit found. Returns the exit code."""
    required = int(os.environ.get("LEDGER_AUDIT") == "required")
    try:
        dependencies: list[dict[str, Any]] = json.loads(found)["dependencies"]
    except (ValueError, KeyError):
        print(said.strip().splitlines()[-1] if said.strip() else "the audit said nothing")
        if any(word in said for word in UNREACHABLE):
            print("no advisory service could be asked")
            return required
        return 1
    known = [(d, v) for d in dependencies for v in d.get("vulns", ())]
    for of, vulnerability in known:
        fixed = ", ".join(vulnerability.get("fix_versions", ())) or "no version yet"
        print(f"{of['name']} {of['version']}: {vulnerability['id']}, mended in {fixed}")
    skipped = sum("skip_reason" in d for d in dependencies)
    if skipped:
        print(f"{skipped} of {len(dependencies)} dependencies are unknown to the advisory service")
    if not known and not skipped:
        print(f"{len(dependencies)} dependencies, no known vulnerability")
    return 1 if known else required if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
