#!/bin/sh
# Runs before anything is unpacked: merge-usr.sh TREE
set -eu
for folder in bin sbin lib lib64; do
  mkdir -p "$1/usr/$folder"
  ln -s "usr/$folder" "$1/$folder"
done
