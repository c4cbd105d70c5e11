#!/bin/sh
# Unpacks the AppImage, as it does itself where it cannot be mounted, and starts both programs in it. `cargo xtask dist` runs
# this with the AppImage, a new folder and the version. The window gets a library and a home folder of its own.
set -eu
image=$(readlink -f "$1")
folder=$2
version=$3

mkdir "$folder"
cd "$folder"
"$image" --appimage-extract > /dev/null
unpacked=$PWD/squashfs-root

printed=$("$unpacked/usr/bin/alexandria" --version)
if [ "$printed" != "alexandria $version" ]; then
    echo "appimage: the command says that it is '$printed'" >&2
    exit 1
fi

umask 077
export HOME="$PWD/home" XDG_RUNTIME_DIR="$PWD/run"
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME APPIMAGE APPDIR ARGV0 OWD
mkdir home run
echo 'correct horse battery staple' > passphrase
export unpacked
# A relative path on the command line: the window does not open a library without the passphrase in that file.
xvfb-run --auto-servernum dbus-run-session sh -euc '
    "$unpacked/AppRun" --library library --passphrase-file passphrase > window.log 2>&1 & program=$!
    for second in $(seq 60); do
        if xdotool search --onlyvisible --name ^Alexandria$ > /dev/null 2>&1 && [ -e library ]; then break; fi
        sleep 1
    done
    if ! tr "\0" " " < "/proc/$program/environ" | grep -q "LD_LIBRARY_PATH=$unpacked/bundle/lib"; then exit 1; fi
    grep -q "$unpacked/bundle/lib/libwebkit2gtk" "/proc/$program/maps"
    children=$(cat /proc/$program/task/*/children)
    for child in $children; do readlink "/proc/$child/exe"; done | grep -q "$unpacked/bundle/lib/.*/WebKitWebProcess"
    kill "$program"' || {
    cat window.log >&2
    echo "appimage: the window or its page did not start from the AppImage" >&2
    exit 1
}
test -e library || { echo "appimage: a relative path was not resolved" >&2; exit 1; }
