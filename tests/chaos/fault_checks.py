"""Tests the chaos checks: builds hermod with each fault of faults/, and the scenario that the patch names must detect it."""

import filecmp
import os
import re
import shutil
import subprocess
import sys
import unittest

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(os.path.dirname(here))
SOURCES = ("src", "include", "tests", "docs", "dist", "systemd", "meson.build", "meson_options.txt")
SCENARIO = re.compile(r"^scenario: (\S+)$", re.MULTILINE)
CAUGHT = re.compile(r"AssertionError: Lists differ: \[[\"']((?:lost|twice|disorder|again)[^,]*)")


def step(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}:\n{done.stdout[-3000:]}")


class Faults(unittest.TestCase):
    """All faults share one tree, so that only the files that a patch changes are recompiled."""

    place = os.path.join(root, "build-faults")

    @classmethod
    def setUpClass(cls):
        cls.tree, cls.build = os.path.join(cls.place, "tree"), os.path.join(cls.place, "build")
        for name in SOURCES:
            cls.follow(name)
        if not os.path.exists(os.path.join(cls.build, "build.ninja")):
            compiler = {"CXX": "ccache g++"} if shutil.which("ccache") else {}
            setup = ("meson", "setup", cls.build, cls.tree, "--buildtype=debug", "-Dtests=disabled")
            step(*setup, env=os.environ | compiler)

    @classmethod
    def follow(cls, name):
        """Copies changed files of the repository to the tree. Unchanged ones keep their time and are not rebuilt."""
        source, copy = os.path.join(root, name), os.path.join(cls.tree, name)
        if os.path.isdir(source):
            for one in sorted(set(os.listdir(source)) - {"__pycache__"}):
                cls.follow(os.path.join(name, one))
        elif not os.path.exists(copy) or not filecmp.cmp(source, copy, shallow=False):
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copyfile(source, copy)

    def caught(self, path):
        with open(path, encoding="utf-8") as patch:
            scenario = SCENARIO.search(patch.read()).group(1)
        step("patch", "-p1", "--batch", "-i", path, cwd=self.tree)
        try:
            step("ninja", "-C", self.build, "hermod")
            environment = os.environ | {"HERMOD_BINARY": os.path.join(self.build, "hermod")}
            run = [sys.executable, os.path.join(here, "run.py"), "--long", "-k", scenario]
            done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False, timeout=300)
        finally:
            step("patch", "-p1", "--batch", "-R", "-i", path, cwd=self.tree)
        said = done.stdout + done.stderr
        self.assertIn("Ran 1 test", said)
        found = CAUGHT.search(said)
        print(f"  {os.path.basename(path)}: {found.group(1) if found else 'not caught'} by {scenario}", flush=True)
        self.assertTrue(found, said[-3000:])


def _add(name):
    path = os.path.join(here, "faults", name)
    setattr(Faults, "test_" + name.removesuffix(".patch"), lambda self: self.caught(path))


for one in sorted(os.listdir(os.path.join(here, "faults"))):
    _add(one)
