#!/usr/bin/env bash
# A real Odoo 19 Community from Debian's packages, in a folder of its own: nothing is installed into the system but debootstrap.
#
#   odoo19.sh install only that: 2.5 min, 264 MB to download, 2.6 GB on disk
#   odoo19.sh up      install and create a database where missing, start, print MILLWRIGHT_ODOO_URL=...
#   odoo19.sh reset   put the database back to its state after the first `up` (5 s)
#   odoo19.sh down    stop Odoo and its PostgreSQL
#
# Needs root, a Debian or Ubuntu with debootstrap or apt-get, and Debian's mirror; ends with 77 where these cannot be had.
# MILLWRIGHT_ODOO_HOME is the folder, MILLWRIGHT_ODOO_PORTS the ports of Odoo and of PostgreSQL ("8919 5519"). In a container the system
# itself is the root (odoo.containerfile).
set -euo pipefail

home=${MILLWRIGHT_ODOO_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/millwright/odoo19}
root=${MILLWRIGHT_ODOO_ROOT:-$home/root}
read -r http_port pg_port <<<"${MILLWRIGHT_ODOO_PORTS:-8919 5519}"
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
interface=${MILLWRIGHT_ODOO_INTERFACE:-127.0.0.1}
db=plant
modules=product,stock,mrp,mrp_account,product_expiry,purchase,maintenance,repair,base_automation

say() { echo "odoo19: $*" >&2; }
missing() { say "$*"; exit 77; }
inside() { chroot "$root" "$@"; }
as() { inside su "$1" -s /bin/sh -c "cd /tmp; unset TZ; $2"; }
sql() { as postgres "$1 -p $pg_port ${*:2}"; }
flags="-d $db --db_host=/var/run/postgresql --db_port=$pg_port --data-dir=/var/lib/odoo/data"
alive() { [ -e "$home/odoo.pid" ] && kill -0 "$(cat "$home/odoo.pid")" 2>/dev/null; }

# odoo-19 itself is in sid; all that it needs comes from trixie, whose Python 3.13 it supports and sid's it does not.
install_root() {
  [ -e "$home/installed" ] && return
  mkdir -p "$home"
  if [ ! -e "$root/var/lib/dpkg/status" ]; then
    command -v debootstrap >/dev/null || apt-get -o DPkg::Lock::Timeout=300 install -y -q debootstrap >&2 || missing 'no debootstrap'
    debootstrap --variant=minbase trixie "$root" "$mirror" >&2 || missing "no Debian from $mirror"
  fi
  # Nothing may start services while packages are installed.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  printf 'deb %s trixie main\ndeb %s sid main\n' "$mirror" "$mirror" >"$root/etc/apt/sources.list"
  printf 'Package: *\nPin: release n=sid\nPin-Priority: -10\n\nPackage: odoo-19\nPin: release n=sid\nPin-Priority: 500\n' \
    >"$root/etc/apt/preferences.d/odoo"
  # A mirror may be older than its date allows; what it has is signed all the same.
  inside apt-get -o Acquire::Check-Valid-Until=false update -q >&2
  DEBIAN_FRONTEND=noninteractive inside apt-get install -y -q --no-install-recommends odoo-19 postgresql >&2
  inside apt-get clean
  touch "$home/installed"
}

start_postgres() {
  mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
  mountpoint -q "$root/dev" || mount --bind /dev "$root/dev"
  local version
  version=$(ls "$root/etc/postgresql")
  inside pg_conftool "$version" main set port "$pg_port"
  inside pg_ctlcluster "$version" main status >/dev/null 2>&1 || inside pg_ctlcluster "$version" main start
  for _ in $(seq 50); do sql pg_isready -q && break; sleep 0.2; done
  sql psql -tAc "\"select 1 from pg_roles where rolname='odoo'\"" | grep -q 1 || sql createuser -s odoo
}

stop_postgres() {
  inside pg_ctlcluster "$(ls "$root/etc/postgresql")" main stop -m fast || true
  umount "$root/dev" "$root/proc" 2>/dev/null || true
}

create_database() {
  sql psql -lqtA | cut -d'|' -f1 | grep -qx "${db}_fresh" && return
  say "creating the database with $modules"
  sql dropdb --if-exists "$db"
  as odoo "odoo $flags -i base,$modules --without-demo=True --stop-after-init --no-http --logfile=/tmp/odoo-init.log" >&2
  cat >"$root/tmp/apikey.py" <<'PY'
from datetime import datetime, timedelta
user = env.ref('base.user_admin')
groups = ['mrp.group_mrp_manager', 'stock.group_stock_manager', 'stock.group_production_lot', 'mrp.group_mrp_routings',
          'uom.group_uom', 'stock.group_stock_multi_locations', 'maintenance.group_equipment_manager']
user.write({'group_ids': [(4, env.ref(name).id) for name in groups if env.ref(name, raise_if_not_found=False)]})
key = env['res.users.apikeys'].with_user(user)._generate('rpc', 'integration tests', datetime.now() + timedelta(days=30))
env.cr.commit()
open('/tmp/apikey', 'w').write(key)
PY
  as odoo "odoo shell $flags --no-http --logfile=/tmp/odoo-init.log </tmp/apikey.py" >&2
  install -m 600 "$root/tmp/apikey" "$home/apikey"
  sql createdb -O odoo -T "$db" "${db}_fresh"
}

start_odoo() {
  alive && return
  setsid chroot "$root" su odoo -s /bin/sh -c "cd /tmp; unset TZ; exec odoo $flags --http-interface=$interface --http-port=$http_port \
    --workers=0 --max-cron-threads=0 --logfile=/tmp/odoo.log" >/dev/null 2>&1 &
  echo $! >"$home/odoo.pid"
  for _ in $(seq 300); do
    # Bash's own socket: curl is not everywhere.
    (exec 3<>"/dev/tcp/127.0.0.1/$http_port") 2>/dev/null && return
    sleep 0.2
  done
  say 'Odoo does not answer; its log ends with:'
  tail -20 "$root/tmp/odoo.log" >&2
  exit 1
}

stop_odoo() {
  alive || return 0
  local group
  group=$(cat "$home/odoo.pid")
  # What listens is a child of su: the whole group that setsid made.
  kill -TERM -- "-$group" 2>/dev/null || true
  for _ in $(seq 50); do alive || break; sleep 0.1; done
  kill -KILL -- "-$group" 2>/dev/null || true
  rm -f "$home/odoo.pid"
}

print_url() { echo "MILLWRIGHT_ODOO_URL=http://admin:$(cat "$home/apikey")@127.0.0.1:$http_port/$db"; }

[ "$(id -u)" -eq 0 ] || missing 'needs root, for chroot'
case "${1:-}" in
  install) install_root ;;
  up) install_root; start_postgres; create_database; start_odoo; print_url ;;
  reset)
    start_postgres
    stop_odoo
    sql dropdb --if-exists --force "$db"
    sql createdb -O odoo -T "${db}_fresh" "$db"
    start_odoo
    print_url
    ;;
  down) stop_odoo; stop_postgres ;;
  *) sed -n '2,12p' "$0" | sed 's/^# \{0,1\}//'; exit 2 ;;
esac
