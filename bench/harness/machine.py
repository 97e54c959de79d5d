"""Describes the machine and the versions of a measurement."""

import os
import platform
import re
import subprocess

from . import ROOT

LIBRARIES = ["libuv", "libwebsockets", "hiredis", "rdkafka", "libcrypto", "simdjson", "libjwt"]


def said(*words):
    try:
        done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False, timeout=30)
    except FileNotFoundError:
        return "none"
    return (done.stdout or done.stderr).strip().split("\n")[0]


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = re.findall(r"model name\s*:\s*(.*)", file.read())
    return names[0] if names else platform.machine()


def describe():
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": platform.release(),
        "load": round(os.getloadavg()[0], 1),
        "revision": said("git", "describe", "--always", "--dirty"),
        "versions": {
            "compiler": said("c++", "--version"),
            "redis": said("redis-server", "--version"),
            "java": said("java", "-version"),
        }
        | {name: said("pkg-config", "--modversion", name) for name in LIBRARIES},
    }
