# shellcheck shell=sh
# What both stories of the updater need, in a fresh Debian folder: small packages that are named as the terminal's, and a repository
# that somebody signs.
set -eu
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

adduser --system --group --no-create-home kiosk >/dev/null
install -d -o kiosk -g kiosk -m 0700 /var/lib/kiosk /var/lib/kiosk/update
install -d /var/lib/kiosk-update /repository /etc/apt/keyrings
wanted=/var/lib/kiosk/update/wanted

for who in operator stranger; do
    gpg --batch --quiet --passphrase '' --quick-generate-key "$who" ed25519 sign never
done
gpg --export operator >/etc/apt/keyrings/budayang.gpg
# Not `file:`, whose index apt reads in its place, whoever has changed it.
printf 'Types: deb\nURIs: copy:/repository\nSuites: ./\nSigned-By: /etc/apt/keyrings/budayang.gpg\n' \
    >/etc/apt/sources.list.d/budayang.sources
rm /etc/apt/sources.list

package() { # VERSION, and what differs: kiosk= the program, starts=, restarts=, preinst=, postinst=
    version=$1 starts=yes restarts=0 preinst=true postinst=true
    # shellcheck disable=SC2154
    kiosk=$works
    shift
    for differs in "$@"; do eval "${differs%%=*}=\${differs#*=}"; done
    build=$(mktemp -d)
    chmod 755 "$build"
    mkdir -p "$build/DEBIAN" "$build/usr/bin" "$build/usr/share/kiosk" "$build/etc/kiosk"
    printf 'Package: budayang-kiosk\nVersion: %s-1\nArchitecture: all\nMaintainer: A story <a@story.example>\nDescription: a stand-in\n' \
        "$version" >"$build/DEBIAN/control"
    printf '#!/bin/sh\n%s\n' "$preinst" >"$build/DEBIAN/preinst"
    printf '#!/bin/sh\n%s\n' "$postinst" >"$build/DEBIAN/postinst"
    echo /etc/kiosk/kiosk.toml >"$build/DEBIAN/conffiles"
    echo "# of $version" >"$build/etc/kiosk/kiosk.toml"
    echo "$kiosk" >"$build/usr/bin/kiosk"
    chmod 755 "$build/DEBIAN/preinst" "$build/DEBIAN/postinst" "$build/usr/bin/kiosk"
    echo "$starts" >"$build/usr/share/kiosk/starts"
    echo "$restarts" >"$build/usr/share/kiosk/restarts"
    dpkg-deb -b "$build" "/repository/budayang-kiosk_$version-1_all.deb" >/dev/null
    rm -r "$build"
}

publish() { # WHO signs
    cd /repository
    for file in *.deb; do
        dpkg-deb -f "$file"
        printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d ' ' -f 1)"
    done >Packages
    printf 'Date: %s\nSHA256:\n %s %s Packages\n' "$(date -Ru)" "$(sha256sum Packages | cut -d ' ' -f 1)" "$(stat -c %s Packages)" >Release
    gpg --batch --yes --quiet --local-user "$1" --clearsign --output InRelease Release
    rm Release
    cd /
}

as_kiosk() { setpriv --reuid=kiosk --regid=kiosk --clear-groups "$@"; }
installed() { dpkg-query -W -f '${Version}' budayang-kiosk; }

is() { # OF WHAT, WANTED, FOUND
    if [ "$2" != "$3" ]; then
        echo "$1: $3 instead of $2"
        exit 1
    fi
    echo "$1: $3"
}

ask() { # LINE, as the terminal asks
    as_kiosk sh -c "echo '$1' >$wanted.new && mv $wanted.new $wanted"
}
