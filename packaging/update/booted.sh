#!/bin/sh
# The updater's story under a real systemd, told as root by a service in a container: the units as they are packaged, and small
# packages whose program says that it is ready. `cargo xtask update-test --booted` runs it and reads what it printed.

# Perl, because a program must speak to its manager itself to be heard (NotifyAccess=main).
# shellcheck disable=SC2016
program='#!/usr/bin/perl
use Socket;
if ($ARGV[0] eq "outbox") { print "0\n"; exit }
sub tell_manager {
    socket(my $socket, PF_UNIX, SOCK_DGRAM, 0);
    send($socket, shift, 0, pack_sockaddr_un($ENV{NOTIFY_SOCKET}));
}
'
works=$program'tell_manager("READY=1"); while (1) { sleep 5; tell_manager("WATCHDOG=1") }'
# shellcheck source=stage.sh
. /story/stage.sh

# The groups of devices come with udev.
for group in tss render input; do groupadd -f "$group"; done
package 0.1.0
package 0.2.0
package 0.3.0 "kiosk=${program}exit 1"
package 0.4.0 "kiosk=${program}tell_manager('READY=1'); sleep 3; exit 1"
publish operator
apt-get -q update
apt-get -q --yes install budayang-kiosk=0.1.0-1
systemctl start kiosk.service kiosk-update.path

until_said() { # WHAT: within two minutes
    tries=0
    until grep -qs "^$1" /var/lib/kiosk-update/outcome || [ $((tries += 1)) -gt 120 ]; do sleep 1; done
    is "$1" "$1" "$(cut -d ' ' -f 1-3 /var/lib/kiosk-update/outcome)"
    until [ "$(systemctl is-active kiosk-update.service)" = inactive ]; do sleep 1; done
}

update() { # VERSION NUMBER WORD INSTALLED
    ask "$1 $2 download"
    until_said "$1 $2 downloaded"
    ask "$1 $2 install"
    until_said "$1 $2 $3"
    is 'the package' "$4" "$(installed)"
    is 'the terminal' active "$(systemctl is-active kiosk.service)"
}

update 0.2.0 6 installed 0.2.0-1
update 0.3.0 7 not-started 0.2.0-1
update 0.4.0 8 not-started 0.2.0-1
update 0.1.0 9 installed 0.1.0-1
echo 'the story has ended well'
