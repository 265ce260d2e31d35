#!/bin/sh
# The updater's story, told as root in a fresh Debian folder: real apt, dpkg and signatures, small packages that are named as the
# terminal's, and a stand-in for systemctl, because nothing is started there. `cargo xtask update-test` runs it; the same under a
# real systemd is told by booted.sh.

# shellcheck disable=SC2034
works=$(printf '#!/bin/sh\necho 0')
# shellcheck source=stage.sh
. /story/stage.sh

# A stand-in: the service starts, and stays, if the package says so.
cat >/usr/local/sbin/systemctl <<'END'
#!/bin/sh
echo "$*" >>/systemctl.log
case $* in
'restart kiosk.service') [ "$(cat /usr/share/kiosk/starts)" = yes ] ;;
show*) cat /usr/share/kiosk/restarts ;;
esac
END
chmod 755 /usr/local/sbin/systemctl

# With the privileges of its unit and no others.
updater() {
    setpriv --no-new-privs \
        --bounding-set=-all,+chown,+dac_override,+dac_read_search,+fowner,+fsetid,+kill,+setgid,+setuid \
        /usr/lib/kiosk/kiosk-update >>/updater.log 2>&1
}

asked() { # LINE ANSWER
    ask "$1"
    updater || true
    is "$1" "$2" "$(cat /var/lib/kiosk-update/outcome)"
}

update() { # VERSION NUMBER ANSWER INSTALLED
    asked "$1 $2 download" "$1 $2 downloaded $(installed)"
    asked "$1 $2 install" "$1 $2 $3 $4"
    is 'the package' "$4" "$(installed)"
}

package 0.1.0
package 0.2.0
package 0.3.0 starts=no
package 0.4.0 restarts=3
package 0.5.0 preinst=false
package 0.5.5 postinst=false
package 0.6.0 "kiosk=#!/bin/false"
# The machine stops in the middle: what would run on is killed with the updater.
# shellcheck disable=SC2016
package 0.7.0 postinst='[ -e /cut ] || { touch /cut && kill -9 $(cat /updater.pid) $PPID $$; }'
package 0.8.0
package 0.9.0
publish operator
apt-get -q update
apt-get -q --yes install budayang-kiosk=0.1.0-1
echo '# of the technician' >/etc/kiosk/kiosk.toml

echo '- an update is downloaded, installed and started'
asked '0.2.0 6 download' '0.2.0 6 downloaded 0.1.0-1'
is 'nothing is started' '' "$(cat /systemctl.log 2>/dev/null || true)"
asked '0.2.0 6 install' '0.2.0 6 installed 0.2.0-1'
is 'the settings of the machine' '# of the technician' "$(cat /etc/kiosk/kiosk.toml)"
is 'starts' 1 "$(grep -c restart /systemctl.log)"
asked '0.2.0 6 install' '0.2.0 6 installed 0.2.0-1'
asked '0.2.0 6 download' '0.2.0 6 installed 0.2.0-1'
is 'asked again, answered once' 1 "$(grep -c restart /systemctl.log)"

echo '- the way back needs no repository'
mv /repository /gone
update 0.1.0 6 installed 0.1.0-1
mv /gone /repository

echo '- what does not start, does not stay, can not be installed or does not open the store is taken back'
update 0.3.0 7 not-started 0.1.0-1
update 0.4.0 8 not-started 0.1.0-1
update 0.5.0 9 not-installed 0.1.0-1
update 0.5.5 10 not-installed 0.1.0-1
update 0.6.0 10 not-started 0.1.0-1
is 'the program' yes "$(cat /usr/share/kiosk/starts)"
is 'the last act' 'restart kiosk.service' "$(tail -n 1 /systemctl.log)"

echo '- what is in no repository is told, and nothing is installed that was not downloaded'
asked '9.9.9 11 download' '9.9.9 11 not-found 0.1.0-1'
asked '9.9.9 11 install' '9.9.9 11 not-found 0.1.0-1'
asked '0.2.0 12 install' '9.9.9 11 not-found 0.1.0-1'

echo '- a power cut in the middle'
asked '0.7.0 13 download' '0.7.0 13 downloaded 0.1.0-1'
as_kiosk sh -c "echo '0.7.0 13 install' >$wanted"
sh -c 'echo $$ >/updater.pid && exec /usr/lib/kiosk/kiosk-update' >>/updater.log 2>&1 || true
is 'the package' 'half-configured' "$(dpkg-query -W -f '${db:Status-Status}' budayang-kiosk)"
asked '0.7.0 13 install' '0.7.0 13 installed 0.7.0-1'
is 'the earlier one' '0.7.0 13 0.1.0-1' "$(cat /var/lib/kiosk-update/earlier)"

echo '- a package that was altered, and an index that somebody else signed'
cp /repository/budayang-kiosk_0.2.0-1_all.deb /altered
echo more >>/altered
mv /altered /repository/budayang-kiosk_0.8.0-1_all.deb
asked '0.8.0 14 download' '0.8.0 14 not-found 0.7.0-1'
package 0.8.0
publish stranger
asked '0.8.0 15 download' '0.8.0 15 not-found 0.7.0-1'
publish operator

echo '- nothing is begun without a way back'
rm /repository/budayang-kiosk_0.7.0-1_all.deb /var/lib/kiosk-update/packages/*
publish operator
asked '0.9.0 16 download' '0.9.0 16 no-way-back 0.7.0-1'
package 0.7.0
publish operator

echo '- what is no request changes nothing, and holds nobody up'
before=$(cat /var/lib/kiosk-update/outcome; ls -l /var/lib/kiosk-update /var/lib/kiosk-update/packages; dpkg -l; wc -l </systemctl.log)
hostile() { # WHAT, and how it is laid
    as_kiosk sh -c "rm -rf $wanted; cd /var/lib/kiosk/update; $2"
    since=$(date +%s)
    updater || true
    now=$(cat /var/lib/kiosk-update/outcome; ls -l /var/lib/kiosk-update /var/lib/kiosk-update/packages; dpkg -l; wc -l </systemctl.log)
    is "$1" "$before" "$now" >/dev/null
    [ $(($(date +%s) - since)) -lt 10 ] || is "$1 takes" 'a moment' 'too long'
    echo "$1: nothing"
}
hostile 'no file' ':'
hostile 'an empty file' ': >wanted'
hostile 'a link to what root alone reads' 'ln -s /etc/shadow wanted'
hostile 'a link to a device' 'ln -s /dev/zero wanted'
hostile 'a pipe that never ends' 'mkfifo wanted'
hostile 'a folder' 'mkdir wanted'
hostile 'ten megabytes' 'head -c 10000000 /dev/zero >wanted'
hostile 'a version that is too long' 'echo "0.2.0000000000000000000000000000000000000000000000000000 20 download" >wanted'
hostile 'a command' 'echo "0.2.0 20 download; touch /owned" >wanted'
# shellcheck disable=SC2016
hostile 'a substitution' 'echo "0.2.0 \$(touch /owned) download" >wanted'
hostile 'a path' 'echo "../../tmp/x 20 download" >wanted'
hostile 'an option' 'echo "-oDebug=1 20 download" >wanted'
hostile 'a pattern' 'echo "0.*.0 20 download" >wanted'
hostile 'two requests' 'printf "0.2.0 20 download\n0.2.0 20 install\n" >wanted'
hostile 'another phase' 'echo "0.2.0 20 remove" >wanted'
is 'nothing was run' no "$([ -e /owned ] && echo yes || echo no)"
echo 'the updater installs what it is asked for, takes back what does not work, and believes nobody'
