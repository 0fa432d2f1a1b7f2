# releases-deploy, the host's side. All that the action runs on a host, apart from your own commands and rsync, is here.
# POSIX sh. Sent over stdin, never stored. Takes data as arguments, never as code. Layout and guarantees: docs/host.md.

# --- command: one of the user's commands on a channel of its own --------------------------------------------------

# run_command MARK DIR SCRIPT [NAME=value ...]: runs SCRIPT in DIR. When stdin ends first, all that it started is killed.
# The marks tell the end of the command from the end of the connection, and do not wait for a daemon it left behind.
run_command() {
  mark=$1 dir=$2 script=$3
  shift 3
  printf '%s started\n' "$mark"
  exec 3<&0 </dev/null
  ( trap '' TERM HUP INT
    while IFS= read -r line <&3; do :; done
    kill -TERM 0; sleep 2; kill -KILL 0 ) >/dev/null 2>&1 &
  deadman=$!
  exec 3<&-
  ( unset CDPATH
    cd -- "$dir" || exit 1
    for pair do export "$pair"; done
    set --
    eval "$script" ) 2>&1
  status=$?
  kill -KILL "$deadman" 2>/dev/null
  wait "$deadman" 2>/dev/null
  printf '\n%s done %s\n' "$mark" "$status"
}

# --- upload: rsync's own channel --------------------------------------------------------------------------------

# upload ROOT RELEASE LEFTOVER CLONE RSYNC...: becomes the receiving rsync, in incoming/. LEFTOVER: the place of an upload that was
# cut, to go on from unless an orphan still writes there. CLONE: a directory to start from by reflink. Descriptor 8 stays with rsync.
upload() {
  cd -- "$1/.releases/incoming" || exit 74
  release=$2 leftover=$3 clone=$4
  shift 4
  if command -v flock >/dev/null 2>&1; then
    exec 8>>"../uploading.$release"
    tries=0
    until flock -n 8 8>&8; do
      tries=$((tries + 1))
      [ "$tries" -lt 60 ] || { echo "an earlier try of this upload still runs on the host" >&2; exit 75; }
      sleep 1
    done
    [ -z "$leftover" ] || flock -n 7 7>>"../uploading.$leftover" || leftover=
  fi
  if [ -n "$leftover" ] && [ ! -d "$release" ] && [ -d "$leftover" ] && [ ! -L "$leftover" ]; then
    mv -- "$leftover" "$release" || exit 74
  fi
  if [ ! -d "$release" ]; then
    mkdir -- "$release" || exit 74
    [ -z "$clone" ] || cp -a --reflink=always -- "$clone/." "$release/" || exit 73
  fi
  exec "$@" 8>&8
}

# --- session: one a host, one message at a time -------------------------------------------------------------------

# session MARK LEASE ROOT RELEASES LINKDIR LINKNAME LOG RUN: answers messages from stdin until it ends. Every line of an answer
# starts with MARK, so a noisy login does no harm. Without a line for LEASE seconds the session kills itself: its lock is then free.
session() {
  MARK=$1 LEASE=$2 ROOT=$3 RELEASES=$4 LINKDIR=$5 LINKNAME=$6 LOG=$7 RUN=$8
  LINK=$LINKDIR/$LINKNAME
  unset CDPATH
  umask 022
  exec 2>&1
  say hello
  pump | work
  trap '' TERM
  kill -TERM 0
}

# Never fails: what a message has begun is finished, also when nobody listens any more.
say() { printf '%s %s\n' "$MARK" "$*" 2>/dev/null || GONE=yes; }

# Reads stdin for as long as the runner lives and hands messages on; every line, heartbeats too, renews the lease.
pump() {
  guard=
  while IFS= read -r line; do
    [ -z "$guard" ] || kill -TERM "$guard" 2>/dev/null
    ( nap=
      trap '[ -z "$nap" ] || kill "$nap"; exit' TERM
      sleep "$LEASE" & nap=$!
      wait "$nap"
      kill -KILL 0 ) </dev/null >/dev/null 2>&1 &
    guard=$!
    case $line in
      beat*) [ ! -L "$ROOT/.releases/lock.held" ] || date +%s >"$ROOT/.releases/beat.$RUN" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
}

# A message is one line, or several of which all but the last start with `+`: a verb, then arguments, each `=` and %b-encoded text.
work() {
  trap '' PIPE
  message= GONE=
  while IFS= read -r line; do
    case $line in
      +*) message=$message${line#+}; continue ;;
    esac
    message=$message${line#.}
    set -f; IFS=' '
    set -- $message
    set +f; unset IFS
    message= verb=$1 count=$(($# - 1))
    shift
    while [ "$count" -gt 0 ]; do
      decode "${1#=}"
      shift
      set -- "$@" "$decoded"
      count=$((count - 1))
    done
    status=0
    case $verb in
      open) open "$@"; status=$? ;;
      verify|records|place|publish|settle|finish)
        ( set -e; "do_$verb" "$@" )
        status=$? ;;
      *) status=64 ;;
    esac
    say "end $status"
  done
  unlock
}

decode() {
  case $1 in
    *\\*) decoded=$(printf '%b.' "$1"); decoded=${decoded%.} ;;
    *) decoded=$1 ;;
  esac
}

# A refusal has a code that the action turns into words; nothing was changed by the message it answers.
refuse() { say "refuse $*"; exit 3; }

hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; }

# Only plain names ever become part of a path.
plain() {
  case $1 in
    ''|*[!A-Za-z0-9._-]*|[!A-Za-z0-9]*) return 1 ;;
  esac
}

flush() { sync -f "$1" 2>/dev/null || sync; }

# write FILE TEXT: whole or not at all, also across a power cut.
write() {
  printf '%s\n' "$2" >"$1.$RUN~"
  flush "$1.$RUN~"
  mv -f -- "$1.$RUN~" "$1"
}

# --- lock ---

# open LOCK CREATE WAIT HOLDER VERIFY: locks (LOCK=lock; WAIT seconds at most) and tells the state. Runs in the session's own
# shell, because that is what holds the lock.
open() {
  if [ "$2" = create ]; then mkdir -p -- "$ROOT" || return 1; fi
  if [ ! -d "$ROOT" ]; then
    say absent
    ( tools )
    return 0
  fi
  cd -P -- "$ROOT" || return 1
  if [ -e "$LINK" ] && [ ! -L "$LINK" ]; then
    say "public $(kind "$LINK")"
    return 0
  fi
  if [ "$1" = lock ]; then
    [ -d .releases ] || mkdir -m 700 .releases || return 1
    lock "$3" "$4" || return 0
  fi
  ( set -e; [ "$1" != lock ] || scaffold; tools; state "$1"; [ -z "$5" ] || do_verify "$5" )
}

kind() { if [ -d "$1" ]; then echo directory; else echo file; fi; }

scaffold() {
  for room in incoming records index trash; do
    [ -d ".releases/$room" ] || mkdir ".releases/$room"
  done
}

# lock SECONDS HOLDER: true when it is ours. Who holds it meanwhile is told once a change and a second.
lock() {
  LOCKED= waited=0
  while :; do
    if try_lock; then
      LOCKED=yes
      last=$(sed -n 1p .releases/lock 2>/dev/null) || last=
      [ -z "$last" ] || say "takeover $last"
      printf '%s\n' "$2" >.releases/lock
      say locked
      return 0
    fi
    say "held $waited $(sed -n 1p .releases/lock 2>/dev/null)"
    [ "$waited" -lt "$1" ] && [ -z "$GONE" ] || return 1
    sleep 1
    waited=$((waited + 1))
  done
}

# flock(2) dies with its holder. Without it: a symlink made by its holder only, with a heartbeat in this host's own clock; a dead
# one is taken over by whoever makes the marker named after it, and only one can.
try_lock() {
  if command -v flock >/dev/null 2>&1; then
    exec 9>>.releases/lock
    flock -n 9 9>&9 && return 0
    exec 9>&-
    return 1
  fi
  held=.releases/lock.held
  date +%s >".releases/beat.$RUN"
  ln -s "$RUN" "$held" 2>/dev/null && return 0
  other=$(readlink "$held") || return 1
  beat=$(cat ".releases/beat.$other" 2>/dev/null) || beat=0
  now=$(date +%s)
  if [ "$((now - ${beat:-0}))" -gt "$((LEASE * 2))" ] && mkdir ".releases/dead.$other" 2>/dev/null; then
    rm -f "$held" ".releases/beat.$other"
  fi
  return 1
}

unlock() {
  [ -n "${LOCKED:-}" ] || return 0
  : >.releases/lock
  [ "$(readlink .releases/lock.held 2>/dev/null)" != "$RUN" ] || rm -f .releases/lock.held ".releases/beat.$RUN"
}

# --- state ---

tools() {
  for tool in rsync flock tar find stat sort comm readlink od; do
    command -v "$tool" >/dev/null 2>&1 || say "missing $tool"
  done
  say "rsync $(rsync --version 2>&1 | sed -n 1p)"
}

# What there is: link, releases, manifest, records, leftovers, room. Names come out only if plain; others are counted.
state() {
  say "root $(hex "$(pwd -P)")"
  if [ -L "$LINK" ]; then
    say "link $(hex "$(readlink "$LINK")")"
    if [ -e "$LINK" ]; then say "current $(current)"; else say dangling; fi
  fi
  [ ! -L "$RELEASES" ] || say "symlinked $RELEASES"
  odd=0
  names "$RELEASES" dir
  for file in .releases/records/*.json; do
    name=${file##*/} name=${name%.json}
    [ ! -f "$file" ] || ! plain "$name" || say "record $name"
  done
  names .releases/incoming incoming
  for file in .releases/trash/* .releases/stage.*; do
    [ ! -d "$file" ] || say "leftover ${file#.releases/}"
  done
  [ "$odd" = 0 ] || say "odd $odd"
  [ ! -f .releases/previous ] || say "previous $(sed -n 1p .releases/previous)"
  room
  manifest
  [ "$1" = lock ] || holder
}

# The plain name of the release that the link serves; nothing when it leads elsewhere.
current() {
  here=$(cd -P -- "$LINK" 2>/dev/null && pwd -P) || return 0
  there=$(cd -P -- "$RELEASES" 2>/dev/null && pwd -P) || return 0
  case $here in
    "$there"/*) here=${here#"$there"/}; ! plain "$here" || printf '%s\n' "$here" ;;
  esac
}

names() { # DIR KEY
  for file in "$1"/* "$1"/.[!.]*; do
    [ -e "$file" ] || [ -L "$file" ] || continue
    name=${file##*/}
    if ! plain "$name"; then odd=$((odd + 1)); continue; fi
    if [ -L "$file" ]; then say "$2 $name symlink"; elif [ -d "$file" ]; then say "$2 $name"; else say "$2 $name file"; fi
  done
}

# Mount names may hold spaces: the numbers are found by their shape.
room() {
  say "space $(LC_ALL=C df -Pk . 2>/dev/null | sed -n 's/^.* [0-9][0-9]*  *[0-9][0-9]*  *\([0-9][0-9]*\)  *[0-9]*% .*$/\1/p')"
  say "inodes $(LC_ALL=C df -Pi . 2>/dev/null | sed -n 's/^.* \([0-9][0-9]*\)  *[0-9][0-9]*  *\([0-9][0-9]*\)  *[0-9]*% .*$/\1 \2/p')"
  [ ! -d "$RELEASES" ] || [ ! -d .releases ] || [ "$(device "$RELEASES")" = "$(device .releases)" ] || say elsewhere
}

device() { stat -c %d "$1" 2>/dev/null || stat -f %d "$1"; }

manifest() {
  if [ ! -e manifest.json ] && [ ! -L manifest.json ]; then say "manifest absent"; return; fi
  if [ ! -f manifest.json ] || [ ! -r manifest.json ]; then say "manifest unreadable"; return; fi
  size=$(wc -c <manifest.json)
  if [ "$size" -gt 33554432 ]; then say "manifest large"; return; fi
  say "manifest present"
  LC_ALL=C sed "s/^/$MARK text /" manifest.json
  echo
}

holder() {
  [ -f .releases/lock ] || return 0
  if command -v flock >/dev/null 2>&1; then
    if flock -n -s 9 9<.releases/lock; then return 0; fi
  elif [ ! -L .releases/lock.held ]; then return 0; fi
  say "held 0 $(sed -n 1p .releases/lock)"
}

# --- a release's content ---

# One line an entry below DIR: mode in hex, size, mtime, path; sorted.
listing() {
  ( cd -- "$1" && if stat -c %f . >/dev/null 2>&1
    then find . ! -name . -exec stat -c '%f %s %Y %n' {} +
    else find . ! -name . -exec stat -f '%Xp %z %m %N' {} +
    fi ) | LC_ALL=C sort
}

# The part of a listing that the runner can know beforehand: kind, size, path; as one digest.
proof() {
  LC_ALL=C sed -e 's/^4[^ ]* [0-9]* [0-9]* /4 0 /' -e 's/^\(.\)[^ ]* \([0-9]*\) [0-9]* /\1 \2 /' | LC_ALL=C sort | digest
}

digest() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum
  elif command -v shasum >/dev/null 2>&1; then shasum -a 256
  else sha256
  fi | cut -c 1-64
}

# verify RELEASE|@previous: tells how a release differs from what it was when it was proven whole.
do_verify() {
  name=$1
  [ "$name" != @previous ] || { [ ! -f .releases/previous ] || name=$(sed -n 1p .releases/previous); }
  plain "$name" && [ -d "$RELEASES/$name" ] && [ ! -L "$RELEASES/$name" ] || return 0
  if [ ! -f ".releases/index/$name" ]; then say "verified $name unknown 0 0"; return; fi
  missing=0 changed=0
  # Paths with a newline in them count as changed at worst: a line of theirs does not exist by itself.
  differing=$(listing "$RELEASES/$name" | LC_ALL=C comm -23 ".releases/index/$name" - | LC_ALL=C sort -r | sed -n '1,2000p')
  while IFS= read -r line; do
    [ -n "$line" ] || continue
    path=${line#* } path=${path#* } path=${path#* }
    if [ -e "$RELEASES/$name/$path" ] || [ -L "$RELEASES/$name/$path" ]; then
      case $line in 4*) continue ;; esac
      changed=$((changed + 1)); [ "$changed" -gt 10 ] || say "changed $(hex "$path")"
    else
      missing=$((missing + 1)); [ "$missing" -gt 10 ] || say "lost $(hex "$path")"
    fi
  done <<END
$differing
END
  say "verified $name known $missing $changed"
}

do_records() {
  for file in .releases/records/*.json; do
    name=${file##*/} name=${name%.json}
    [ -f "$file" ] && plain "$name" || continue
    say "record-of $name $(sed -n 1p "$file")"
  done
  [ ! -f "$LOG" ] || tail -n 1000 "$LOG" | LC_ALL=C sed "s/^/$MARK log /"
}

# place RELEASE PROOF RECORD: an upload that is proven whole gets its name. The record is on disk before the name is.
do_place() {
  plain "$1" || refuse name
  here=.releases/incoming/$1
  [ -d "$here" ] && [ ! -L "$here" ] || refuse upload
  [ ! -L "$RELEASES" ] || refuse symlinked
  [ ! -e "$RELEASES/$1" ] && [ ! -L "$RELEASES/$1" ] || refuse exists
  listing "$here" >".releases/index/$1.$RUN~"
  found=$(proof <".releases/index/$1.$RUN~")
  [ "$found" = "$2" ] || refuse "partial $(wc -l <".releases/index/$1.$RUN~" | tr -d ' ')"
  mv -f ".releases/index/$1.$RUN~" ".releases/index/$1"
  [ -d "$RELEASES" ] || mkdir -p -- "$RELEASES"
  write ".releases/records/$1.json" "$3"
  mv -- "$here" "$RELEASES/$1"
  say placed
}

# publish TEXT RELEASE PREVIOUS MANIFEST EVENT: the link becomes TEXT by one rename(2), is read back, and recorded. An empty TEXT
# takes the link away: what was before the first deploy. RELEASE must exist, or be empty when an unknown place is put back.
do_publish() {
  if [ -n "$2" ]; then
    plain "$2" || refuse name
    [ -d "$RELEASES/$2" ] && [ ! -L "$RELEASES/$2" ] || refuse gone
  fi
  [ -L "$LINK" ] || [ ! -e "$LINK" ] || refuse directory
  flush .releases
  if [ -z "$1" ]; then
    rm -f -- "$LINK"
    [ ! -L "$LINK" ] || refuse link
  else
    case $LINKDIR in
      /*) stage=$LINKDIR/.releases-stage.$RUN ;;
      *) stage=.releases/stage.$RUN; [ -d "$LINKDIR" ] || mkdir -p -- "$LINKDIR" ;;
    esac
    rm -rf -- "$stage"
    mkdir -- "$stage"
    ln -s -- "$1" "$stage/$LINKNAME"
    mv -f -- "$stage/$LINKNAME" "$LINKDIR/"
    [ "$(readlink "$LINK")" = "$1" ] || refuse link
    rmdir -- "$stage"
  fi
  say switched
  printf '%s\n' "$3" >.releases/previous
  settle "$4" "$5"
}

# settle MANIFEST EVENT: the manifest, with the copy before it kept; a line in the log. Either may be empty.
do_settle() { settle "$@"; }
settle() {
  if [ -n "$1" ]; then
    [ ! -f manifest.json ] || cp -p manifest.json .releases/manifest.json.previous
    write manifest.json "$1"
  else
    flush .releases
  fi
  if [ -n "$2" ] && [ -n "$LOG" ]; then
    printf '%s\n' "$2" >>"$LOG" || say "unlogged"
  fi
}

# finish MANIFEST EVENT RELEASE...: prunes. Out of releases/ by rename first, so that no half-deleted release is ever left there.
do_finish() {
  text=$1 event=$2
  shift 2
  live=$(current)
  bin=.releases/trash/$RUN
  mkdir -p "$bin"
  for name do
    plain "$name" && [ "$name" != "$live" ] || { say "kept $name"; continue; }
    [ ! -L "$RELEASES" ] && [ ! -L "$RELEASES/$name" ] || { say "kept $name"; continue; }
    [ -d "$RELEASES/$name" ] || continue
    mv -- "$RELEASES/$name" "$bin/$name" || { say "kept $name"; continue; }
    say "pruned $name"
  done
  settle "$text" "$event"
  for name do
    [ -d "$RELEASES/$name" ] || rm -f -- ".releases/records/$name.json" ".releases/index/$name"
  done
  sweep
}

# Leftovers of this and of dead runs; not a place where an orphan still writes.
sweep() {
  for file in .releases/incoming/*; do
    [ -d "$file" ] || continue
    name=${file##*/}
    ! command -v flock >/dev/null 2>&1 || flock -n 8 8>>".releases/uploading.$name" || continue
    mv -- "$file" ".releases/trash/$RUN/incoming.$name" && rm -f ".releases/uploading.$name" || :
  done
  for file in .releases/uploading.*; do
    [ -d ".releases/incoming/${file#.releases/uploading.}" ] || rm -f "$file"
  done
  rm -rf .releases/stage.* .releases/*~ .releases/*/*~ || :
  rm -rf .releases/trash/* 2>/dev/null || {
    find .releases/trash -type d -exec chmod u+rwx {} + 2>/dev/null || :
    rm -rf .releases/trash/* || say "left $(ls .releases/trash | wc -l | tr -d ' ')"
  }
  # A record without its release is what a run left that died between the two.
  for file in .releases/records/*.json; do
    name=${file##*/} name=${name%.json}
    [ ! -f "$file" ] || ! plain "$name" || [ -e "$RELEASES/$name" ] || rm -f "$file" ".releases/index/$name"
  done
}
