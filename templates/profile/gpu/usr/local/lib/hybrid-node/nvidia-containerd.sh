#!/bin/sh
# Before every start of containerd: `nodeadm init` and `nodeadm upgrade` write /etc/containerd/config.toml anew and lose the
# NVIDIA runtime with it. A drop-in of TOML would take the place of nodeadm's whole CRI section, so the toolkit merges.
set -eu
config=/etc/containerd/config.toml
[ -s "$config" ] || exit 0
command -v nvidia-ctk >/dev/null || exit 0
exec nvidia-ctk runtime configure --runtime=containerd --config="$config"
