"""What the real pykickstart says. Reads {"task": …} on standard input, answers in JSON on standard output."""
import json, shlex, sys, warnings
from pykickstart.base import DeprecatedCommand, RemovedCommand
from pykickstart.parser import KickstartParser
from pykickstart.version import makeVersion


def read(version, text):
    parser = KickstartParser(makeVersion(version))
    parser.followIncludes = False
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            parser.readKickstartFromString(text)
        except Exception as error:
            return None, "error", str(error)
    return parser.handler, "warning" if caught else "ok", str(caught[0].message) if caught else ""


def judge(jobs):
    return [read(job["version"], job["text"])[1:] for job in jobs]


def commands(versions):
    found = {}
    for version in versions:
        for name, command in makeVersion(version).commands.items():
            if command is None or isinstance(command, RemovedCommand):
                continue
            options = getattr(getattr(command, "op", None), "_actions", [])
            found.setdefault(version, {})[name] = {
                "deprecated": isinstance(command, DeprecatedCommand),
                "options": {
                    option: {"value": action.nargs != 0, "required": action.required, "deprecated": bool(action.deprecated)}
                    for action in options for option in action.option_strings
                },
            }
    return found


def split(lines):
    def words(line):
        try:
            return shlex.split(line, comments=True)
        except ValueError:
            return None
    return [words(line) for line in lines]


def values(jobs):
    answers = []
    for job in jobs:
        handler, status, message = read(job["version"], job["text"])
        if handler is None:
            answers.append({"error": message})
            continue
        ntp = handler.timezone.ntpservers if job["version"] == "RHEL8" else [
            server for source in handler.timesource.timesource_list for server in [source.ntp_server] if server]
        answers.append({
            "lang": handler.lang.lang, "keyboard": ",".join(handler.keyboard.x_layouts), "timezone": handler.timezone.timezone,
            "ntp": sorted(ntp), "append": handler.bootloader.appendLine, "url": handler.url.url, "urlProxy": handler.url.proxy,
            "repos": [[repo.name, repo.baseurl, repo.proxy] for repo in handler.repo.repoList],
            "sections": [script.type for script in handler.scripts], "users": [user.name for user in handler.user.userList],
        })
    return answers


request = json.load(sys.stdin)
print(json.dumps(globals()[request["task"]](request["input"])))
