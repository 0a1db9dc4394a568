#!/usr/bin/env bash
# A one-host Ceph cluster (monitor, in-memory OSD, RADOS Gateway) on 127.0.0.1: a real, independent S3 to test against.
#   ceph.sh DIR PORT MONITOR_PORT    keeps all its state in DIR; prints "ready" when the gateway answers
# It lives until its standard input closes: however the tests end, nothing of it stays behind.
set -euo pipefail
dir=${1:?a folder for its state}; port=${2:?a port for the gateway}; mon_port=${3:?a port for the monitor}

stop() { # the gateway first: it waits for its cluster when that goes before it
  trap - EXIT
  for name in client.rgw osd.0 mon.a; do
    local pid; pid=$(cat "$dir/run/$name.pid" 2>/dev/null) || continue
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 12); do kill -0 "$pid" 2>/dev/null || break; sleep 0.25; done
    kill -9 "$pid" 2>/dev/null || true
  done
  rm -rf "$dir"
}
trap stop EXIT
trap '' INT # Ctrl-C reaches the tests too; they then close our standard input
trap 'exit 1' TERM HUP

mkdir -p "$dir"/{mon,osd,log,run}
fsid=$(cat /proc/sys/kernel/random/uuid)
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
log file = $dir/log/\$name.log
admin socket = $dir/run/\$name.asok
pid file = $dir/run/\$name.pid
run dir = $dir/run
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$port
rgw data = $dir/run
rgw lc debug interval = 10
C
export CEPH_CONF="$dir/ceph.conf"
start() {
  ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool "$dir/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *'
  monmaptool --create --addv a "[v1:127.0.0.1:$mon_port]" --fsid "$fsid" "$dir/monmap"
  ceph-mon --mkfs -i a --monmap "$dir/monmap" --keyring "$dir/keyring"
  ceph-mon -i a
  for _ in $(seq 30); do timeout 5 ceph mon stat && break; sleep 0.5; done
  timeout 30 ceph osd create
  ceph-osd -i 0 --mkfs
  timeout 30 ceph osd crush add osd.0 1.0 root=default host=localhost
  ceph-osd -i 0
  radosgw -n client.rgw
  for _ in $(seq 120); do (: < "/dev/tcp/127.0.0.1/$port") && break; sleep 0.5; done
  radosgw-admin user create --uid=test --display-name=test --access-key=test-access-key --secret=test-secret-key
}
start > "$dir/log/start.log" 2>&1 < /dev/null || { tail -n 20 "$dir/log/start.log" >&2; exit 1; }
echo ready
cat > /dev/null
