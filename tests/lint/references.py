"""Comments and documents refer only to existing sections, files, links, classes and members. The document of a section is
named before it in the same sentence."""

import re

import tree

SECTION = re.compile(r"\b[Ss]ections?\s+(\d+(?:\.\d+)*)(?:(?:,|\s+and|\s+to)\s+(\d+(?:\.\d+)*)\b)?")
SOURCE = re.compile(r"\b(?:RFCs?\s+\d+|W3C|Trace Context|OpenID|FIPS|[Pp]rotocol|[\w/-]+\.md)\b")
SENTENCE_END = re.compile(r"[.?!]\s+(?=[A-Z`*])")
MEMBER = re.compile(r"(?<![\w:])(?=((?:\w+::)*)([A-Za-z]\w*)::(~?[A-Za-z]\w*))")
FILE = re.compile(
    r"(?<![\w/.:~$*{}-])((?:[\w.-]+/)*[\w-]+\.(?:h|cc|md|py|js|mjs|ts|toml|yml|cfg|conf|service|socket|svg|html|css))"
    r"(?![\w/*]|\.\w)"
)
PATH = re.compile(r"`(?!(?:application|text)/)([\w-]+(?:/[\w-]+)+/?)`")
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([\w-]+))?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)

# Files of the system or of libraries, and names that a user chooses.
EXTERNAL_FILES = {"Node.js", "hermod.toml", "uv.h", "jwt.h", "hiredis.h", "node_api.h", "libwebsockets.h", "rdkafka_mock.h", "xxhash.h"}
EXTERNAL_NAMESPACES = {"std", "boost", "beast", "simdjson", "od", "spdlog", "testing", "prometheus", "nlohmann", "toml"}


def slug(heading):
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


class References:
    def __init__(self, files):
        self.files = files
        self.paths = {str(path) for path in files.files()}
        self.classes, self.namespaces = {}, set(EXTERNAL_NAMESPACES)
        for path in files.files(".cc", ".h"):
            text = tree.without_comments(files.text(path))
            for name in re.findall(r"\b(?:class|struct|enum|union)\s+(?:\[\[.*?\]\]\s*)?([A-Z]\w*)\b(?!\s*;)", text):
                self.classes.setdefault(name, []).append(text)
            for name in re.findall(r"\busing\s+([A-Z]\w*)\s*=|\bnamespace\s+([\w:]+)", text):
                self.namespaces.update(part for part in (name[0] or name[1]).split("::"))

    def numbers(self, document):
        """The numbered sections of a document of the repository; None for any other document."""
        path = self.find("docs/protocol.md" if document.lower() == "protocol" else document)
        if path is None or not path.endswith(".md"):
            return None
        return {number.rstrip(".") for number in re.findall(r"^#+ (\d[\d.]*) ", self.files.text(path), re.MULTILINE)}

    def find(self, name):
        return next((path for path in sorted(self.paths) if path == name or path.endswith("/" + name)), None)

    def sections(self, path, text):
        for found in SECTION.finditer(text):
            sources = SOURCE.findall(SENTENCE_END.split(text[: found.start()])[-1])
            if not sources and not self.numbers(str(path)):
                yield f"{found[0]}: name its document before it in the sentence"
                continue
            sources = sources or [str(path)]
            numbers = self.numbers(sources[-1])
            for number in found.groups():
                if number and numbers is not None and number not in numbers:
                    yield f"{sources[-1]} has no section {number}"

    def members(self, text):
        for outer, name, member in MEMBER.findall(text):
            if name in self.classes:
                if not any(re.search(rf"(?<![\w]){re.escape(member)}\b", body) for body in self.classes[name]):
                    yield f"{name} has no {member}"
            elif name not in self.namespaces and not outer.startswith(tuple(EXTERNAL_NAMESPACES)):
                yield f"the class or namespace {name} does not exist"
            elif name not in EXTERNAL_NAMESPACES and not outer and member[0].isupper() and member not in self.classes:
                yield f"{name} has no {member}"

    def named_files(self, text):
        for name in FILE.findall(text):
            if name not in EXTERNAL_FILES and self.find(re.sub(r"^(?:\.\./)+", "", name)) is None:
                yield f"the file {name} does not exist"

    def paths_in_code(self, text):
        """Paths in code font, such as `core/hub` or `tests/e2e/`: a file with or without its suffix, or a folder."""
        for name in PATH.findall(text):
            named = re.compile(rf"(?:^|/){re.escape(name.rstrip('/'))}(?:/|\.\w+$|$)")
            if not name.startswith("build") and not any(named.search(path) for path in self.paths):
                yield f"the file or folder {name} does not exist"

    def links(self, path, text):
        for target, anchor in LINK.findall(text):
            if "://" in target or target.startswith("mailto:"):
                continue
            there = self.files.root / path.parent / target if target else self.files.root / path
            if not there.exists():
                yield f"the target of the link {target} does not exist"
            elif anchor and anchor not in map(slug, HEADING.findall(there.read_text(encoding="utf-8"))):
                yield f"{target or path} has no heading for #{anchor}"


def check(files):
    references = References(files)
    for path in files.files():
        if path.parts[0] == "subprojects":
            continue
        for number, text in tree.prose(files, path):
            faults = [*references.sections(path, text), *references.members(text), *references.named_files(text)]
            if path.suffix == ".md":
                faults += [*references.paths_in_code(text), *references.links(path, text)]
            for fault in faults:
                yield f"{path}:{number}: {fault}"


if __name__ == "__main__":
    tree.main(check)
