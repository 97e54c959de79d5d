"""Every source and test is listed in the meson.build of its folder: a file that is not listed is not built, and a test that is
not built never fails."""

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
            # main.cc is listed in the meson.build of the root, which builds the program.
            if not listed and path.name != "main.cc":
                yield f"{path}: not listed in {build_file}"
    for path in files.files(".py", under="tests/lint"):
        if path.stem != "tree" and f"'{path.stem}'" not in files.text("tests/lint/meson.build"):
            yield f"{path}: not listed in tests/lint/meson.build"


if __name__ == "__main__":
    tree.main(check)
