#!/bin/sh
# Collects what a program needs to run in an otherwise empty container: itself, the libraries it is linked with, certificates
# and a user. Usage: rootfs.sh PROGRAM FOLDER
set -eu
program=$1
root=$2

mkdir -p "$root/etc/ssl/certs" "$root/data" "$root/tmp"
cp "$program" "$root/alexandria-server"
chmod 755 "$root/alexandria-server"

# Lines of ldd: "libc.so.6 => /lib/…/libc.so.6 (0x…)" and "/lib64/ld-linux-x86-64.so.2 (0x…)".
ldd "$program" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done

cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
echo 'alexandria:x:65532:65532::/data:/nonexistent' >"$root/etc/passwd"
echo 'alexandria:x:65532:' >"$root/etc/group"
