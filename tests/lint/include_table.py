"""Each room includes only the rooms that the table in src/README.md allows, and a library's header only where the table
says so. Of source, bus and auth the other rooms see the ports only, but for those that put the parts together."""

import re

import tree

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
ROW = re.compile(r"^\| (\w+) \|([\w ]*)\|([\w+./ ]*)\|$")
PORTS = {
    "source": {"source/source.h", "source/record.h"},
    "bus": {"bus/bus.h"},
    "auth": {"auth/verifier.h"},
}
COMPOSING = {"server", "cli", "main"}


def read_table(files):
    """From a room to the rooms and the library headers that it may include."""
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
        return "names no folder"
    if target not in rooms:
        return f"is not for {room}/"
    if room not in COMPOSING and include not in PORTS.get(target, {include}):
        return f"is no port of {target}/"
    return None


def fault_of_library(room, libraries, owners, include):
    """The longest name in the table that fits says whose it is: a room may have a part of a library."""
    fitting = [name for name in owners if (include.startswith(name) if name.endswith("/") else include == name)]
    if fitting and max(fitting, key=len) not in libraries:
        return f"is not for {room}/"
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
                yield f"{path}:{number}: {own} is not of the public face"
            elif library and fault_of_library("bindings", set(), owners, library):
                yield f"{path}:{number}: {library} is not for bindings/"
    for path in files.files(".h", under="include"):
        for number, line in files.lines(path):
            found = INCLUDE.match(line)
            if found and ("/" in (found.group(2) or "") or not (found.group(1) or "hermod/").startswith("hermod/")):
                yield f"{path}:{number}: the public headers need the standard library only"


if __name__ == "__main__":
    tree.main(check)
