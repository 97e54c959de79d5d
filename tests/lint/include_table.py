"""A module includes only the modules and the library headers that the table in src/README.md allows. Modules below
settings include only the ports of source, bus and auth."""

import re

import tree

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
ROW = re.compile(r"^\| (\w+) \|([\w ]*)\|([\w+./ ]*)\|$")
PORTS = {
    "source": {"source/source.h", "source/record.h", "source/record_producer.h"},
    "bus": {"bus/bus.h", "bus/bus_requests.h", "bus/cursor.h", "bus/lease.h", "bus/presence.h", "bus/replay_page.h"},
    "auth": {"auth/verifier.h"},
}
SEES_IMPLEMENTATIONS = {"settings", "server", "harness", "cli"}
IMPLEMENTING = {("kafka_source", "source"), ("redis_bus", "bus")}  # shares more than the ports with the module of its ports


def read_table(files):
    """For each module, the modules and the library headers that it may include."""
    table = {}
    for _, line in files.lines("src/README.md"):
        row = ROW.match(line)
        if row:
            table[row.group(1)] = (set(row.group(2).split()), set(row.group(3).split()))
    return table


def room_of(path):
    return path.parts[1] if len(path.parts) > 2 else path.stem


def fault_of_own_include(room, rooms, include):
    target = include.split("/")[0]
    if target in {"hermod", room}:
        return None
    if "/" not in include:
        return "has no folder in its path"
    if target not in rooms:
        return f"is not allowed in {room}/"
    sees_all = room in SEES_IMPLEMENTATIONS or (room, target) in IMPLEMENTING
    if not sees_all and include not in PORTS.get(target, {include}):
        return f"is not a port of {target}/"
    return None


def fault_of_library(room, libraries, owners, include):
    """The longest matching name in the table decides, because a module may own a part of a library."""
    fitting = [name for name in owners if (include.startswith(name) if name.endswith("/") else include == name)]
    if fitting and max(fitting, key=len) not in libraries:
        return f"is not allowed in {room}/"
    return None


def check(files):
    table = read_table(files)
    if "core" not in table:
        yield "src/README.md: the include table was not found"
        return
    owners = set().union(*(libraries for _, libraries in table.values()))
    for path in files.files(".cc", ".h", under="src"):
        room = room_of(path)
        if room not in table:
            yield f"{path}: {room} is not in the table of src/README.md"
            continue
        rooms, libraries = table[room]
        for number, line in files.lines(path):
            found = INCLUDE.match(line)
            if not found:
                continue
            own, library = found.groups()
            fault = (
                fault_of_own_include(room, rooms, own)
                if own
                else fault_of_library(room, libraries, owners, library)
            )
            if fault:
                yield f"{path}:{number}: {own or library} {fault}"
    for path in files.files(".cc", ".h", under="bindings"):
        for number, line in files.lines(path):
            found = INCLUDE.match(line)
            own, library = found.groups() if found else (None, None)
            if own and "/" in own and not own.startswith("hermod/"):
                yield f"{path}:{number}: {own} is not a public header"
            elif library and fault_of_library("bindings", set(), owners, library):
                yield f"{path}:{number}: {library} is not allowed in bindings/"
    for path in files.files(".h", under="include"):
        for number, line in files.lines(path):
            found = INCLUDE.match(line)
            if found and ("/" in (found.group(2) or "") or not (found.group(1) or "hermod/").startswith("hermod/")):
                yield f"{path}:{number}: public headers may include only the standard library and each other"


if __name__ == "__main__":
    tree.main(check)
