"""Generates hermod.toml(5) and the commented example of /etc/hermod/hermod.toml from the program's list of its settings.

    settings.py HERMOD man|toml OUTPUT
"""

import subprocess
import sys

PAGE_HEAD = r""".Dd January 2, 2026
.Dt HERMOD.TOML 5
.Os hermod
.Sh NAME
.Nm hermod.toml
.Nd settings of the notification router
.Sh SYNOPSIS
.Pa /etc/hermod/hermod.toml
.Sh DESCRIPTION
The file is TOML, with a line
.Ql key = value
for each setting.
Strings are in quotes, numbers and
.Ql true
or
.Ql false
are not, and lists are in brackets.
hermod rejects an unknown key by name.
.Pp
Each setting is also an environment variable with the same name in capital letters and, unless it is a secret, a flag of
.Xr hermod 1 .
Flags take precedence over the environment, the environment over this file, and this file over the defaults.
.Pp
.Ql systemctl reload hermod
makes the service read the file again.
The log names the settings that need a restart.
.Sh SETTINGS
.Bl -tag -width Ds
"""

PAGE_TAIL = r""".El
.Sh FILES
.Bl -tag -width Ds
.It Pa /etc/hermod/hermod.toml
The settings of the service, readable by root and the group hermod.
.It Pa /etc/default/hermod
Environment variables of the service.
.It Pa /etc/credstore/hermod.jwt_secret_key
The key that signs tokens; the service reads it as
.Pa /run/credentials/hermod.service/hermod.jwt_secret_key .
.It Pa /etc/credstore/hermod.redis_password
The password for Redis; the service uses it if no setting names a password.
.El
.Sh EXAMPLES
.Bd -literal
kafka_bootstrap_servers = "kafka-1:9092,kafka-2:9092"
redis_url = "redis://redis:6379/0"
jwt_secret_key_file = "/run/credentials/hermod.service/hermod.jwt_secret_key"
cors_origins = ["https://app.example.org"]
trusted_proxies = ["10.0.0.0/8"]
.Ed
.Sh SEE ALSO
.Xr hermod 1
"""

FILE_HEAD = """# Settings of hermod; see hermod.toml(5). Every setting is listed here as a comment, with its default if it has one.
# "hermod check --environment production --config /etc/hermod/hermod.toml" validates them, and checks whether the brokers
# answer.
#
# The service runs with ENVIRONMENT=production, where nothing is embedded or generated. It requires these three:
#
# kafka_bootstrap_servers = "kafka-1:9092,kafka-2:9092"
# redis_url = "redis://localhost:6379/0"
# jwt_secret_key_file = "/run/credentials/hermod.service/hermod.jwt_secret_key"
"""


def settings(program):
    """(key, flag or none, description, accepted values, default) of each setting."""
    listed = subprocess.run([program, "serve", "--help-settings"], capture_output=True, text=True, check=True).stdout
    lines = listed.splitlines()
    for name, describes, takes in zip(lines[0::3], lines[1::3], lines[2::3], strict=True):
        flag = name if name.startswith("--") else ""
        key = name.removesuffix(" (no flag)").removeprefix("--").replace("-", "_").lower()
        takes, _, default = takes.strip().removeprefix("Value: ").partition(" Default: ")
        yield key, flag, describes.strip(), takes.rstrip("."), default


def roff(text):
    text = text.replace("\\", r"\e").replace("`", "").replace("-", r"\-")
    return "\\&" + text if text[:1] in ".'" else text


def page(program):
    text = PAGE_HEAD
    for key, flag, describes, takes, default in settings(program):
        text += f".It Cm {key}\n{roff(describes)}\nValue: {roff(takes)}.\n"
        if default:
            text += f"Default: {roff(default)}.\n"
        if not flag:
            text += "A secret, therefore without a flag.\n"
    return text + PAGE_TAIL


def toml_value(default, takes):
    if default in ("true", "false"):
        return default
    if default.startswith("["):
        return default
    if takes.startswith("a number"):
        return default if default.isdigit() else "10000"
    if "list" in takes and default:
        return "[" + ", ".join(f'"{one}"' for one in default.split(",")) + "]"
    return f'"{default}"'


def example(program):
    text = FILE_HEAD
    for key, _, describes, takes, default in settings(program):
        text += f"\n# {describes} Value: {takes}.\n"
        said = " " in default or default in ("none", "SERVICE_NAME")
        if said and default != "none":
            text += f"# Default: {default}\n"
        text += f"# {key} = {toml_value('' if said else default, takes)}\n"
    return text


if __name__ == "__main__":
    made = {"man": page, "toml": example}[sys.argv[2]](sys.argv[1])
    with open(sys.argv[3], "w", encoding="utf-8") as output:
        output.write(made)
