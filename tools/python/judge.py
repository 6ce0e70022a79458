"""Judges that are Python libraries. Reads {"task": …, "questions": […]} on standard input, answers in order as JSON on standard output."""

import datetime
import json
import sys
import warnings


def kickstart(question):
    """[line or null, message] for all that pykickstart has against a text, as ksvalidator would say it; it stops at the first error."""
    from pykickstart.errors import KickstartError
    from pykickstart.parser import KickstartParser
    from pykickstart.version import makeVersion

    parser = KickstartParser(makeVersion(question["version"]), followIncludes=False)
    found = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            parser.readKickstartFromString(question["text"])
        except KickstartError as error:
            found.append([getattr(error, "lineno", None) or None, str(error)])
        except Exception as error:
            found.append([None, "general error in the file: %s" % error])
    return [[None, str(warning.message)] for warning in caught] + found


def schema(question):
    """[path, message] for every place that a JSON schema does not accept."""
    import jsonschema

    validator = jsonschema.Draft7Validator(question["schema"])
    return [
        [".".join(str(part) for part in error.absolute_path), error.message[:300]]
        for error in validator.iter_errors(question["value"])
    ]


def plain(value):
    """JSON has no word for these: they show as what they are."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return {"!timestamp": value.isoformat()}
    if isinstance(value, (set, bytes)):
        return {"!%s" % type(value).__name__: repr(value)}
    raise TypeError(type(value).__name__)


def keys(value):
    """PyYAML may make a key a number, a truth value or null, which JSON would write like the text."""
    if isinstance(value, dict):
        return {(key if isinstance(key, str) else "!%s %r" % (type(key).__name__, key)): keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [keys(item) for item in value]
    return value


def yaml(question):
    """{"value": …} as PyYAML reads a text, or {"error": …, "line": …}."""
    import yaml as reader

    try:
        return {"value": keys(reader.safe_load(question))}
    except reader.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return {"error": " ".join(str(error).split()), "line": None if mark is None else mark.line + 1}


def main():
    request = json.load(sys.stdin)
    task = {"kickstart": kickstart, "schema": schema, "yaml": yaml}[request["task"]]
    json.dump([task(question) for question in request["questions"]], sys.stdout, default=plain)


main()
