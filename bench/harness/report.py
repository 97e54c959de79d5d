"""Writes results as a table, Markdown or JSON, and compares two runs."""

import json
import os

from .measure import GOALS


def number(value):
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def verdict(name, value):
    goal = GOALS.get(name)
    if goal is None:
        return "", ""
    return f"{'>=' if goal.at_least else '<='} {number(goal.limit)}", "met" if goal.met(value) else "NOT MET"


def row(measure):
    goal, met = verdict(measure.name, measure.value)
    spread = f"{measure.spread:.0%}" if len(measure.values) > 1 else ""
    words = GOALS[measure.name].text if measure.name in GOALS else ""
    return [measure.name, number(measure.value), measure.unit, spread, goal, met, measure.note or words]


HEAD = ["measure", "median", "unit", "±", "goal", "", "what"]


def table(measures):
    rows = [HEAD, *(row(measure) for measure in measures)]
    widths = [max(len(line[i]) for line in rows) for i in range(len(HEAD))]
    lines = []
    for line in rows:
        cells = [cell.rjust(width) if i in (1, 3, 4) else cell.ljust(width) for i, (cell, width) in enumerate(zip(line, widths))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def markdown(measures):
    rows = [row(measure) for measure in measures]
    lines = ["| " + " | ".join(HEAD) + " |", "|---|---:|---|---:|---:|---|---|"]
    return "\n".join(lines + ["| " + " | ".join(line) + " |" for line in rows])


BEGIN, END = "<!-- table -->", "<!-- end of the table -->"


def write_markdown(path, machine, started, measures):
    """Writes the table between the two markers. Text around them in an existing file is kept."""
    around = ["", ""]
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if BEGIN in text and END in text:
            around = [text.partition(BEGIN)[0], text.partition(END)[2]]
    versions = machine["versions"]
    where = (
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gib']} GiB, Linux {machine['kernel']}; "
        f"{versions['compiler'].split(' (')[0]} {versions['compiler'].split()[-1]}, libuv {versions['libuv']}, "
        f"libwebsockets {versions['libwebsockets'].rstrip('-')}, librdkafka {versions['rdkafka']}; "
        f"revision {machine['revision']}, {started}; load at the start {machine['load']}"
    )
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{around[0]}{BEGIN}\n{where}\n\n{markdown(measures)}\n{END}{around[1] or chr(10)}")


def to_json(machine, started, measures):
    return {
        "started": started,
        "machine": machine,
        "measures": [
            {
                "name": measure.name,
                "unit": measure.unit,
                "values": measure.values,
                "median": measure.value,
                "spread": round(measure.spread, 4),
                "goal": GOALS[measure.name].limit if measure.name in GOALS else None,
                "met": measure.value <= GOALS[measure.name].limit if measure.name in GOALS else None,
                "note": measure.note,
            }
            for measure in measures
        ],
    }


def compare(path, measures):
    """A table with the ratio of each measure to its value in the file of an earlier run."""
    with open(path, encoding="utf-8") as file:
        earlier = {one["name"]: one for one in json.load(file)["measures"]}
    rows = []
    for measure in measures:
        before = earlier.get(measure.name)
        if before is None:
            continue
        ratio = f"{measure.value / before['median']:.2f}x" if before["median"] else "-"
        doubt = max(measure.spread, before["spread"])
        rows.append([measure.name, number(before["median"]), number(measure.value), measure.unit, ratio, f"±{doubt:.0%}"])
    widths = [max(len(line[i]) for line in rows) for i in range(6)] if rows else []
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in rows)
