#!/bin/sh
# Runs in the same namespace as the installation: filesystem.sh NS STAMP EPOCH SIZE_KIB MKE2FS-OPTIONS...
# NS holds the installed tree and belongs to the namespace's root, who may write nowhere else.
set -eu
cd "$1"
stamp=$2
epoch=$3
size_kib=$4
shift 4

mkdir .tree
find . -mindepth 1 -maxdepth 1 ! -name .tree ! -name .hnf-out -exec mv -t .tree -- {} +
mv .hnf-out out
# Filled by the kernel's devtmpfs; a tree made as root has static nodes here, one made by a user has none.
find .tree/dev -mindepth 1 -delete
# Newer than STAMP is what this build made; what came out of packages keeps its time, which .pyc files refer to.
find .tree -newer "$stamp" -exec touch --no-dereference --date="@$epoch" -- {} +
truncate --size="${size_kib}K" out/root.ext4
mke2fs -q -F -t ext4 "$@" -d .tree out/root.ext4
chmod 644 out/root.ext4
