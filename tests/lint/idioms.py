"""Finds idioms and invented terms, and names the standard words to write instead. It searches comments, documents, man pages,
the files for packages and operators, and the strings of the program.

    idioms.py ROOT               lists the idioms of the whole tree
    idioms.py ROOT src/bus ...   lists the idioms of these files and folders
    idioms.py ROOT --count       counts the idioms of each module
"""

import collections
import re
import sys

import tree

BE = r"(?:is|are|was|were|be|been|being)"
PROXY = r"(?:\w+ )?(?:prox(?:y|ies)|(?:load )?balancers?|NAT|firewall|gateway|address(?:es)?|nginx|HAProxy|netw\w+)\b"

# (idiom, words to write instead, optionally a context in which the idiom is ordinary English)
RULES = [
    (
        r"(?:^|[.;:] |\b(?:of|to|from|for|by|than|and|or|with|at|on) )[Ww]ho(?:ever)? (?![^.;]*\?)",
        'name the subject: "users who ..."',
    ),
    (rf"(?:^|[.;] )What {BE} (?![^.;]*\?)", 'name the subject: "records that ..."'),
    (
        rf"\b(?:of|for|than|and|to|from|in) what (?:{BE}|has|had|comes?|came|goes|went) (?![^.;]*\?)",
        'name the object: "the messages that ..."',
    ),
    (
        r"\bbehind\b",
        '"after"; for a delay "N records behind"',
        rf"\b(?:records?|falls?|fell|lags?|clock is|far) (?:\w+ )?behind|behind (?:\w+ )?{PROXY}",
    ),
    (r"\bTakes (?=(?:a|an|one|true|[A-Z`\d])\b|`)", '"Accepts" or "Value:"'),
    (r"\btakes? (?:no|any)\b", '"accepts no", "reads no"', r"takes? any longer"),
    (rf"\b{BE} taken (?:for|as)\b", '"is treated as"'),
    (rf"\b(?:{BE}|stays?|stayed) away\b", '"unavailable" or "offline"'),
    (r"\b(?:turn(?:s|ed|ing)?|sen[dt]s?|sending) (?:\w+ )?away\b", '"refuse", "close"'),
    (r"\btold\b", '"notified", "given", "distinguished"'),
    (
        r"\b(?:stands?|stood|standing) (?:in|at|on|over|behind|as|beside|left|there|where|under|before|above|again|alone)\b",
        '"is"; "takes precedence over"',
    ),
    (r"\bas (?:it|they) stands?\b", '"unchanged", "as written"'),
    (r"\bgiven up\b", '"dropped" or "revoked"'),
    (r"\b[Mm]end(?:s|ed|ing)?\b", '"fix", "repair"'),
    (r"\banew\b", '"again"'),
    (r"\bfor ever\b", '"permanently", "without end"'),
    (r"\bof (?:theirs|ours|yours|his|hers)\b", 'a possessive: "its", "our"'),
    (rf"\b{BE} to go\b", '"must be removed"'),
    (r"\b[Nn]obody\b", '"no client", "no other process"'),
    (
        rf"(?<![Tt]here )\b{BE} no (?=[\w`\"])",
        'a verb in the negative: "is not a ..."',
        r"no (?:longer|more|matter|problem|less|later|better|worse|different|larger|smaller|older|newer|shorter|faster|other)\b",
    ),
    (rf"\b(?:{BE}|goes|gone) gone\b|\bgone behind\b", '"destroyed", "closed", "disconnected"'),
    (r"\blet go\b", '"closed", "disconnected"'),
    (rf"\b{BE} there(?: already| again| now)?(?:[.,;:)]|$)", '"available", "present"'),
    (r"\bhow dear\b|\bdearest\b|\bdear (?=text|mess|one)", '"drop priority"'),
    (r"\b[Oo]ddit(?:y|ies)\b", '"anomaly"'),
    (r"\b[Ff]oreign (?!key|loop|thread)", '"external"'),
    (r"\b[Ff]ront door\b|\b[Ll]obby\b(?!\.)", '"HTTP server"', r"Lobby(?:Test)?\b"),
    (r"\bknock(?:s|ed|ing)?\b", '"connect", "request an upgrade"'),
    (r"\b[Tt]wins?\b", '"in-memory implementation"'),
    (r"\b(?:[Aa]|[Ee]ach|own) room\b|\b[Rr]ooms\b", '"module"', r"room (?:for|in|to|left)"),
    (r"\b[Tt]he walk of\b", '"the data path of"'),
    (
        r"\b(?:user'?s'?|the|that|a) marks?\b(?! of)",
        '"acknowledged position"',
        r"(?:question|quotation|byte order|water)[ -]mark",
    ),
    (r"\b(?:text|message|user)'s place\b|\bplaces? and texts?\b", '"stream id"'),
    (
        r"\b(?:[Aa]|[Tt]he|[Oo]ne|each|next|later|same|this|that|last|every) turns?\b(?! (?:on|off|out|the|a|into|to))"
        r"|\bturns? of the loop\b",
        '"loop iteration"',
        r"in turn\b|its turn\b",
    ),
    (r"\b(?:it|canary|which) sings?\b|\bsang\b|\bsung\b|\bdeaf\b", '"sent", "timed out"'),
    (r"\b[Ww]itness(?:es)?\b|\b[Ww]atcher\b", '"observer"', r"Watcher\b"),
]
COMPILED = [(re.compile(pattern), better, [re.compile(one) for one in usual]) for pattern, better, *usual in RULES]

# Files of which all text is prose.
WHOLE_FILES = {".1", ".5", ".html", ".yml", ".Debian", ".txt"}
OTHER_FILES = {"debian/control", "docs/man/settings.py", "dist/grafana/hermod.json"}
SEEN_STRINGS = ("src", "bindings", "include")
CONTEXT = 40


def texts(files, path):
    """(line, text) of the prose and the visible strings of a file."""
    if path.suffix in WHOLE_FILES or str(path) in OTHER_FILES:
        return list(files.lines(path))
    found = list(tree.prose(files, path))
    if path.suffix in tree.C_LIKE and path.parts[0] in SEEN_STRINGS:
        found += [(number, text) for number, text in tree.literals(files.text(path)) if " " in text]
    return found


def idioms(text):
    """(idiom, words to write instead) of a text. Text in code font is a name and is not searched."""
    prose = re.sub(r"`[^`]*`", lambda code: "`" + "x" * (len(code[0]) - 2) + "`", text)
    for pattern, better, usual in COMPILED:
        for found in pattern.finditer(prose):
            around = prose[max(0, found.start() - CONTEXT) : found.end() + CONTEXT]
            if not any(one.search(around) for one in usual):
                yield found[0].strip(" .;:,)"), better


def searched(files):
    return [path for path in files.files() if path.parts[0] != "subprojects"]


def findings(files, path):
    for number, text in texts(files, path):
        for idiom, better in idioms(text):
            yield f'{path}:{number}: "{idiom}": write {better}'


def check(files):
    folders = sys.argv[2:] or ["."]
    for path in searched(files):
        if any(path.is_relative_to(folder) for folder in folders):
            yield from findings(files, path)


def count(files):
    modules = collections.Counter()
    for path in searched(files):
        depth = 2 if path.parts[0] in {"src", "tests"} and len(path.parts) > 2 else 1
        modules["/".join(path.parts[:depth])] += len(list(findings(files, path)))
    for module, number in sorted(modules.items()):
        if number:
            print(f"{number:6} {module}")
    print(f"{sum(modules.values()):6} in all")


if __name__ == "__main__":
    if sys.argv[2:] == ["--count"]:
        count(tree.Tree(sys.argv[1]))
    else:
        tree.main(check)
