"""Reads payloads with cloud-init's own code: a release's library folder as argument, {"task", "questions"} on standard input, answers as JSON."""

import contextlib
import json
import os
import sys
import tempfile
import types

sys.path.insert(0, sys.argv[1])

try:
    import netifaces
except ImportError:
    # 22.4.2 asks it for the addresses of the machine it runs on, and for nothing when it decodes.
    sys.modules["netifaces"] = types.ModuleType("netifaces")

from cloudinit import handlers, helpers, mergers, user_data, util
from cloudinit.handlers import cloud_config


def paths_in(folder):
    for name in ("cloud", "run", "templates"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    return helpers.Paths(
        {
            "cloud_dir": os.path.join(folder, "cloud"),
            "run_dir": os.path.join(folder, "run"),
            "templates_dir": os.path.join(folder, "templates"),
        }
    )


class NoDistro:
    """The data sources keep it and hand it on; nothing here asks it."""

    name = "debian"
    fallback_interface = None

    def generate_fallback_config(self):
        """What it does without network settings: DHCP on the first card."""
        return None


def describe(source):
    network = source.network_config
    return {
        "instanceId": source.get_instance_id(),
        "hostname": host_name(source),
        "userdata": util.decode_binary(source.userdata_raw or b""),
        "network": network,
        "redact": (source.metadata or {}).get("redact"),
    }


def host_name(source):
    found = source.get_hostname()
    return getattr(found, "hostname", found)


def vmware(question):
    """Metadata and user data as guestinfo has them, handed over by the environment transport of DataSourceVMware."""
    from cloudinit.sources import DataSourceVMware

    names = {"METADATA": question["metadata"], "USERDATA": question["userdata"]}
    os.environ["VMX_GUESTINFO"] = "1"
    for name, value in names.items():
        os.environ["VMX_GUESTINFO_" + name] = value
        os.environ["VMX_GUESTINFO_" + name + "_ENCODING"] = question["encoding"]
    with tempfile.TemporaryDirectory() as folder:
        source = DataSourceVMware.DataSourceVMware({}, NoDistro(), paths_in(folder))
        # It goes on to look at this machine's own addresses, which is not what is asked.
        source_type = type(source)
        for waits in ("wait_on_network", "get_host_info"):
            if hasattr(DataSourceVMware, waits):
                setattr(DataSourceVMware, waits, lambda *_args, **_named: {})
        if not source._get_data():
            return {"error": "no data for %s" % source_type.__name__}
        return describe(source)


def nocloud(question):
    """The files of a seed, in the folder NoCloud looks into."""
    from cloudinit.sources import DataSourceNoCloud

    with tempfile.TemporaryDirectory() as folder:
        paths = paths_in(folder)
        seed = os.path.join(folder, "cloud", "seed", "nocloud")
        os.makedirs(seed)
        for name, text in question["files"].items():
            with open(os.path.join(seed, name), "w", encoding="utf-8", newline="") as file:
                file.write(text)
        source = DataSourceNoCloud.DataSourceNoCloud({"fs_label": None}, NoDistro(), paths)
        if not source._get_data():
            return {"error": "no data"}
        return describe(source)


def merged(question):
    """The cloud-config that is left when user data was taken apart and its parts put together."""
    with tempfile.TemporaryDirectory() as folder:
        paths = paths_in(folder)
        message = user_data.UserDataProcessor(paths).process(question)
        handler = cloud_config.CloudConfigPartHandler(paths)
        handler.handle_part(None, handlers.CONTENT_START, None, None, None, None)
        scripts = []
        for part in message.walk():
            if part.is_multipart():
                continue
            payload = util.decode_binary(util.fully_decoded_payload(part))
            if part.get_content_type() == "text/cloud-config":
                handler.handle_part(None, "text/cloud-config", part.get_filename() or "part", payload, None, part)
            else:
                scripts.append([part.get_content_type(), payload])
        return {"config": handler.cloud_buf, "others": scripts}


def merge(question):
    """Two cloud-configs as two parts, the later one's rules deciding."""
    base, later = question
    usual = getattr(cloud_config, "DEF_MERGERS", None) or mergers.string_extract_mergers("dict(replace)+list()+str()")
    rules = mergers.dict_extract_mergers(later) or usual
    return mergers.construct(rules).merge(base, later)


def convert(question):
    """`cloud-init devel net-convert`, by the function behind it: the files it writes, by path."""
    from cloudinit.cmd.devel import net_convert

    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "network.yaml")
        output = os.path.join(folder, "out")
        with open(source, "w", encoding="utf-8") as file:
            file.write(question["network"])
        words = ["-p", source, "-k", "yaml", "-d", output, "-D", question["distro"], "-O", question["renderer"]]
        arguments = net_convert.get_parser().parse_args(words)
        with contextlib.redirect_stdout(sys.stderr):
            net_convert.handle_args("net-convert", arguments)
        files = {}
        for top, _folders, names in os.walk(output):
            for name in names:
                path = os.path.join(top, name)
                with open(path, encoding="utf-8") as file:
                    files[os.path.relpath(path, output)] = file.read()
        return {"files": files}


def answer(task, question):
    try:
        return task(question)
    except Exception as error:
        return {"error": "%s: %s" % (type(error).__name__, error)}


def main():
    request = json.load(sys.stdin)
    task = {"vmware": vmware, "nocloud": nocloud, "merged": merged, "merge": merge, "convert": convert}[request["task"]]
    json.dump([answer(task, question) for question in request["questions"]], sys.stdout, default=repr)


main()
