#!/usr/bin/env bash
# A one-host Ceph cluster (monitor, in-memory OSD, RADOS Gateway) on 127.0.0.1: a real, independent S3 to test against.
#   ceph.sh DIR PORT MONITOR_PORT    keeps all its state in DIR; prints "ready" when the gateway answers
# It lives until its standard input closes: however the tests end, nothing of it stays behind.
set -euo pipefail
dir=${1:?a folder for its state}; port=${2:?a port for the gateway}; mon_port=${3:?a port for the monitor}

kill_all() { # the gateway first: it waits for its cluster when that goes before it
  for name in client.rgw osd.0 mon.a; do
    local pid; pid=$(cat "$dir/run/$name.pid" 2>/dev/null) || continue
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 12); do kill -0 "$pid" 2>/dev/null || break; sleep 0.25; done
    kill -9 "$pid" 2>/dev/null || true
  done
}
stop() {
  trap - EXIT
  kill_all
  rm -rf "$dir"
}
trap stop EXIT
trap '' INT # Ctrl-C reaches the tests too; they then close our standard input
trap 'exit 1' TERM HUP

# By default all that a debug log would say is made up and kept in memory: a quarter of the work of small requests.
quiet() {
  printf 'osd enable op tracker = false\nms crc data = false\n'
  local part
  for part in ms osd rgw objecter rados monc auth mon paxos objclass throttle timer finisher context tp striper client; do
    echo "debug $part = 0/0"
  done
}

configure() {
  rm -rf "$dir"
  mkdir -p "$dir"/{mon,osd,log,run}
  fsid=$(cat /proc/sys/kernel/random/uuid) osd=$(cat /proc/sys/kernel/random/uuid)
  cat > "$dir/ceph.conf" <<C
[global]
fsid = $fsid
mon initial members = a
mon host = [v1:127.0.0.1:$mon_port]
public addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
mon data = $dir/mon
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 8589934592
keyring = $dir/keyring
osd class update on start = false
osd crush update on start = false
log file = $dir/log/\$name.log
admin socket = $dir/run/\$name.asok
pid file = $dir/run/\$name.pid
run dir = $dir/run
$(quiet)
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$port
rgw data = $dir/run
rgw lc debug interval = 10
C
}
# An OSD that tells its place and device class as it starts does so before it knows the cluster, half the time on a busy machine:
# the monitor refuses that ("wrong fsid") and the OSD ends. The place is given by hand below, the class is of no use here.
export CEPH_CONF="$dir/ceph.conf"

osd_is_up() { timeout 10 ceph osd stat | grep -q ' 1 up'; }
gateway_answers() { (: < "/dev/tcp/127.0.0.1/$port"); }
within() { # SECONDS COMMAND
  local end=$((SECONDS + $1))
  until "$2"; do [ $SECONDS -lt $end ] || return 1; sleep 0.3; done
}

start() {
  ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *' &&
    ceph-authtool "$dir/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' &&
    monmaptool --create --addv a "[v1:127.0.0.1:$mon_port]" --fsid "$fsid" "$dir/monmap" &&
    ceph-mon --mkfs -i a --monmap "$dir/monmap" --keyring "$dir/keyring" &&
    ceph-mon -i a &&
    timeout 30 ceph osd create "$osd" 0 &&
    ceph-osd -i 0 --mkfs --osd-uuid "$osd" &&
    timeout 30 ceph osd crush add osd.0 1.0 root=default host=localhost &&
    ceph-osd -i 0 &&
    within 10 osd_is_up &&
    timeout 60 radosgw -n client.rgw &&
    within 60 gateway_answers &&
    timeout 30 radosgw-admin user create --uid=test --display-name=test --max-buckets=100000 \
      --access-key=test-access-key --secret=test-secret-key &&
    timeout 30 radosgw-admin user create --uid=guest --display-name=guest \
      --access-key=guest-access-key --secret=guest-secret-key
}

for attempt in 1 2 3 4; do
  configure
  if start > "$dir/log/start.log" 2>&1 < /dev/null; then break; fi
  tail -n 20 "$dir/log/start.log" >&2
  kill_all
  [ "$attempt" -lt 4 ] || exit 1
done
echo ready
cat > /dev/null
