#!/bin/sh
# The life of the package on one machine, from installation to removal: run as root in a clean Debian root that is thrown
# away, by `cargo xtask dist --install-test SUITE`. Arguments: the package of an older version, and the one to test.
#
# The older package differs in its version only, so this tests the package, not the migration of a library.
set -eu

older=$1
newer=$2
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

step() {
    echo "install-test: $*"
}

# Fails unless the rest of the command line succeeds or fails, as the first word says, and its output contains the second.
expect() {
    outcome=$1 text=$2
    shift 2
    if output=$("$@" 2>&1); then actual=succeeds; else actual=fails; fi
    case $actual:$output in
        "$outcome:"*"$text"*) ;;
        *)
            printf '%s\n' "$output"
            echo "install-test: FAILED: expected that it $outcome and says '$text': $*"
            exit 1
            ;;
    esac
}

install() {
    apt-get install --yes --quiet --no-install-recommends "$@"
}

as_reader() {
    su reader --shell=/bin/sh --command="cd && $1"
}

step "install $older"
apt-get update --quiet > /dev/null
expect succeeds "" install "$older"
useradd --create-home reader
as_reader "umask 077 && echo 'correct horse battery staple' > passphrase"

step "import and search by meaning, as a reader"
expect succeeds "" as_reader "alexandria --passphrase-file passphrase import --wait semantic /usr/share/doc/alexandria/guide.md"
search="alexandria --passphrase-file passphrase search --mode semantic 'is my data sent anywhere'"
expect succeeds "Alexandria" as_reader "$search"

step "upgrade to $newer; the library stays"
expect succeeds "" install "$newer"
expect succeeds "Alexandria" as_reader "$search"

step "refuse to go back to $older"
expect fails "an older version may not be able to open its library" install --allow-downgrades "$older"
expect succeeds "Alexandria" as_reader "$search"

step "validate what desktops and shells read"
expect succeeds "" install appstream desktop-file-utils bash-completion
expect succeeds "" desktop-file-validate /usr/share/applications/app.alexandria.reader.desktop
# There is no homepage to name yet.
findings=$(appstreamcli validate --no-net /usr/share/metainfo/app.alexandria.reader.metainfo.xml || true)
expect succeeds "Validation" echo "$findings"
expect succeeds "successful" echo "$(printf '%s' "$findings" | grep '^[EW]:' | grep --invert-match url-homepage-missing || echo successful)"
expect succeeds "import" bash -c '. /usr/share/bash-completion/bash_completion; . /usr/share/bash-completion/completions/alexandria; complete -p alexandria; grep import /usr/share/bash-completion/completions/alexandria'
expect succeeds "" install man-db
expect succeeds "searchable by keyword and by meaning" man alexandria

step "start the window on a virtual display"
expect succeeds "" install dbus-x11 xauth xdotool xvfb
expect succeeds "the window is there" as_reader 'xvfb-run --auto-servernum dbus-run-session sh -c "
    alexandria-desktop --passphrase-file passphrase > window.log 2>&1 & program=\$!
    for second in \$(seq 60); do
        if xdotool search --onlyvisible --name ^Alexandria\$ > /dev/null 2>&1; then echo the window is there; break; fi
        sleep 1
    done
    sleep 3; kill -0 \$program && kill \$program"'

step "remove and purge; the library stays"
expect succeeds "libraries are not removed" apt-get remove --yes alexandria
expect fails "" test -e /usr/bin/alexandria
expect succeeds "libraries are not removed" apt-get purge --yes alexandria
home=$(getent passwd reader | cut --delimiter=: --fields=6)
expect succeeds "" test -d "$home/.local/share/alexandria/library"
left=$(find / -xdev \( -path /proc -o -path "$home" -o -path /test \) -prune -o -iname '*alexandria*' -print)
expect succeeds "" test -z "$(printf '%s' "$left" | grep --invert-match '^/var/l')"
step "passed"
