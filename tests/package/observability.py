"""Checks the dashboard, the alerts and the runbook: promtool accepts the rules and their tests, /metrics has every metric
that they use, and the runbook has a section for every alert.

    tests/package/observability.py HERMOD      (promtool comes with Debian's package prometheus)
"""

import json
import pathlib
import re
import subprocess
import sys
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALERTS = ROOT / "dist/prometheus/alerts.yml"
NAME = re.compile(r"\b(?:hermod|websocket|jwt|redis|process)_[a-z_]+\b")
LABELS = re.compile(r"\{[^}]*\}|\b(?:by|on|without)\s*\([^)]*\)|\$\w+")


def served_names(program):
    """The metric names of a new process, including those of histograms with their suffixes."""
    environment = {"PATH": "/usr/bin:/bin", "WEBSOCKET_HOST": "127.0.0.1", "WEBSOCKET_PORT": "0"}
    with subprocess.Popen(
        [program, "serve"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    ) as process:
        url = process.stdout.readline().split()[-1]
        with urllib.request.urlopen(url + "/metrics", timeout=30) as page:
            text = page.read().decode()
        process.terminate()
        process.stdout.read()
    names = set()
    for family, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        names |= {family + suffix for suffix in ("_bucket", "_sum", "_count")} if kind == "histogram" else {family}
    return names


def asked_names(expressions):
    return {name for expression in expressions for name in NAME.findall(LABELS.sub("", expression))}


def main(program):
    subprocess.run(["promtool", "check", "rules", str(ALERTS)], check=True)
    subprocess.run(["promtool", "test", "rules", str(ROOT / "tests/package/alerts_test.yml")], check=True)

    dashboard = json.loads((ROOT / "dist/grafana/hermod.json").read_text())
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert all(panel["description"].endswith("?") for panel in panels), "the description of each panel is a question"
    shown = asked_names(target["expr"] for panel in panels for target in panel["targets"])
    # Each expression of the rules follows "expr:", on the same line or on separate lines.
    rules = re.findall(r"expr: (?:>\n)?((?:.|\n)*?)\n\s+(?:for|labels):", ALERTS.read_text())
    alerted = asked_names(rules)
    missing = (shown | alerted) - served_names(program)
    assert not missing, f"used, but missing in /metrics: {sorted(missing)}"

    sections = set(re.findall(r"^## (\w+)$", (ROOT / "docs/runbook.md").read_text(), re.MULTILINE))
    alerts = set(re.findall(r"- alert: (\w+)", ALERTS.read_text()))
    assert sections == alerts, sections ^ alerts
    assert len(rules) == len(alerts), (len(rules), len(alerts))
    print(f"{len(panels)} panels, {len(alerts)} alerts, {len(shown | alerted)} metrics: no problem found")


if __name__ == "__main__":
    main(sys.argv[1])
