"""Every source and test stands in its folder's meson.build: a file that is not listed is not built, and a test that is not
built passes for ever."""

import re

import tree

FOLDERS = ["src", "tests/unit", "tests/contract", "tests/integration", "tests/support"]


def check(files):
    for folder in FOLDERS:
        for path in files.files(".cc", under=folder):
            build_file = path.parent / "meson.build"
            listed = (files.root / build_file).is_file() and re.search(
                rf"'{re.escape(path.name)}'", files.text(build_file)
            )
            # main.cc is listed where the program is made.
            if not listed and path.name != "main.cc":
                yield f"{path}: not in {build_file}"
    for path in files.files(".py", under="tests/lint"):
        if path.stem != "tree" and f"'{path.stem}'" not in files.text("tests/lint/meson.build"):
            yield f"{path}: not in tests/lint/meson.build"


if __name__ == "__main__":
    tree.main(check)
