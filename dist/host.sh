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
  { exec >/dev/null 2>&1
    trap '' TERM HUP INT
    while IFS= read -r line <&3; do :; done
    kill -TERM 0; sleep 2; kill -KILL 0; } &
  deadman=$!
  exec 3<&-
  ( unset CDPATH
    cd -- "$dir" || exit 1
    for pair do export "$pair"; done
    set --
    eval "$script" ) 2>&1
  status=$?
  # ksh and yash tell of signal N as 256+N and 384+N.
  [ "$status" -le 255 ] || status=$((128 + status % 128))
  kill -KILL "$deadman" 2>/dev/null
  wait "$deadman" 2>/dev/null
  printf '\n%s done %s\n' "$mark" "$status"
}

# --- content: what a release holds; sent with the upload and with the session -------------------------------------

listing() { entries "$1" | sort; }

# One line an entry below DIR: mode in hex, size, mtime, path.
entries() {
  ( cd -- "$1" && case $STAT in
    gnu) find . ! -name . -exec stat -c '%f %s %Y %n' {} + ;;
    *) find . ! -name . -exec stat -f '%Xp %z %m %N' {} + ;;
    esac )
}

# Whose options stat has, found out once.
which_stat() { if stat -c %f . >/dev/null 2>&1; then STAT=gnu; else STAT=bsd; fi; }

modified() { stat -c %Y "$1" 2>/dev/null || stat -f %m "$1"; }

# pack FILE TO: an index is a tenth of its size when the host has gzip. One written before it had is read all the same.
pack() {
  if command -v gzip >/dev/null 2>&1; then gzip -c <"$1" >"$2"; else cat "$1" >"$2"; fi
}

unpack() { gzip -dc <"$1" 2>/dev/null || cat "$1"; }

# discard LIST: files and links of the draft, and the directories that are empty without them; rsync makes those it wants.
discard() {
  [ ! -s "$1" ] || tr '\n' '\0' <"$1" | ( cd -- "$draft/tree" && xargs -0 rm -f -- ) || return 1
  ( cd -- "$draft/tree" && find . -depth -type d ! -name . -exec rmdir -- {} + ) 2>/dev/null || :
}

# --- upload: rsync's own channel --------------------------------------------------------------------------------

# upload ROOT RELEASE LEFTOVER CLONE RSYNC...: becomes the receiving rsync, in incoming/. LEFTOVER: the place of an upload that was
# cut, to go on from unless an orphan still writes there. CLONE: a directory to start from by reflink.
upload() {
  enter "$1" "$2" "$3"
  clone=$4
  shift 4
  if [ ! -d "$release" ]; then
    mkdir -- "$release" || exit 74
    [ -z "$clone" ] || cp -a --reflink=always -- "$clone/." "$release/" || exit 73
  fi
  receive "$@"
}

# enter ROOT RELEASE LEFTOVER: into incoming/, and the only one at work on RELEASE there. Descriptor 8 stays with rsync.
enter() {
  cd -- "$1/.releases/incoming" || exit 74
  release=$2 leftover=$3
  case $(ls -ld .) in
    d????w*) umask 002
      # What a colleague left cannot be made to have the right permissions.
      [ -z "$leftover" ] || [ -n "$(find "./$leftover" -prune -user "$(id -u)" 2>/dev/null)" ] || leftover= ;;
  esac
  if command -v flock >/dev/null 2>&1; then
    exec 8>>"../uploading.$release"
    tries=0
    until flock -n 8 8>&8; do
      tries=$((tries + 1))
      [ "$tries" -lt 60 ] || { echo "an earlier try of this upload still runs on the host" >&2; exit 75; }
      sleep 1
      # The run that has the lock is here: an orphan that nobody told of its end has nothing to do any more.
      [ "$tries" -lt 3 ] || stop_group "$(sed -n 1p "../uploading.$release")"
    done
    echo $$ >"../uploading.$release"
    [ -z "$leftover" ] || flock -n 7 7>>"../uploading.$leftover" || leftover=
  fi
  if [ -n "$leftover" ] && [ ! -d "$release" ] && [ -d "$leftover" ] && [ ! -L "$leftover" ]; then
    mv -- "$leftover" "$release" || exit 74
  fi
  [ ! -L "$release" ] || { echo "$PWD/$release is a symlink" >&2; exit 74; }
}

receive() {
  if command -v flock >/dev/null 2>&1; then exec "$@" 8>&8; else exec "$@"; fi
}

# stop_group LEADER: a process group's number is nobody else's for as long as one of its processes lives.
stop_group() {
  case $1 in
    ''|0*|1|*[!0-9]*) ;;
    *) kill -s TERM -- "-$1" 2>/dev/null || : ;;
  esac
}

# resume ROOT RUN RELEASE KEY RSYNC...: an upload that begins with what the session has offered (see prepare), less what the runner
# strikes out: `-PATH` is not in the artifact as it is here, `+HASH MODE PATH` is on its way, a lone dot ends it.
resume() {
  run=$2 key=$4
  enter "$1" "$3" ''
  draft=../trash/offer.$run
  shift 4
  [ ! -e "$release" ] && [ -d "$draft/tree" ] && strike && mv -- "$draft/tree" "$release" || {
    echo "the copy of the release before, $draft, could not be used" >&2
    exit 74
  }
  receive "$@"
}

# So the content is known that the release will have.
strike() {
  while IFS= read -r line; do
    case $line in
      -*) printf '%s\n' "${line#-}" >&5 ;;
      +*) printf '%s\n' "${line#+}" >&6 ;;
      *) break ;;
    esac
  done 5>"$draft/gone" 6>"$draft/new"
  [ "$line" = . ] && discard "$draft/gone" || return 1
  {
    printf '%s\n' "$key"
    LC_ALL=C awk 'at == 1 { gone[$0]; next } at == 3 || !(substr($0, length($1 $2) + 3) in gone)' \
      at=1 "$draft/gone" at=2 "$draft/kept" at=3 "$draft/new"
    echo .
  } | gzip -1 >"../content/$release.$run~"
}

# keep ROOT RUN RELEASE: stdin is what the release will hold, as the runner packed it.
keep() {
  cd -- "$1/.releases/content" && cat >"$3.$2~"
}

# --- session: one a host, one message at a time -------------------------------------------------------------------

# session MARK LEASE ROOT RELEASES LINKDIR LINKNAME LINKTO LOG RUN: answers messages from stdin until it ends. LINKTO and a release's
# name are the text of the link to it. Every line of an answer starts with MARK, so a noisy login does no harm. Without a line for LEASE
# seconds the session kills itself: its lock is then free.
session() {
  MARK=$1 LEASE=$2 ROOT=$3 RELEASES=$4 LINKDIR=$5 LINKNAME=$6 LINKTO=$7 LOG=$8 RUN=$9
  LINK=$LINKDIR/$LINKNAME SELF=$RUN.$$
  # On one filesystem with the link, wherever that is.
  case $LINKDIR in
    .) STAGE=.releases/stage.$RUN ;;
    *) STAGE=$LINKDIR/.releases-stage.$LINKNAME ;;
  esac
  LC_ALL=C; export LC_ALL
  unset CDPATH
  umask 022
  exec 2>&1
  say hello
  missed=0
  trap 'missed=0' USR1
  exec 3<&0 </dev/null
  { exec <&3 3<&-; pump | work; } &
  exec 3<&-
  step=$(((LEASE + 4) / 5))
  while [ "$missed" -le "$((LEASE / step))" ]; do
    sleep "$step"
    missed=$((missed + 1))
  done
  kill -KILL 0
}

# Never fails: what a message has begun is finished, also when nobody listens any more.
say() { printf '%s %s\n' "$MARK" "$*" 2>/dev/null || GONE=yes; }

# Reads stdin for as long as the runner lives and hands all on; every line, heartbeats too, renews the lease. It has no children that
# could end while it reads: BusyBox's read would then lose what it has.
pump() {
  trap 'kill -KILL 0' PIPE
  while IFS= read -r line && kill -USR1 $$; do
    [ ! -f "$ROOT/.releases/beat.$SELF" ] || touch "$ROOT/.releases/beat.$SELF"
    printf '%s\n' "$line" 2>/dev/null || kill -KILL 0
  done
}

# A message is a verb and its arguments, as words of %b-encoded text: `=` ends an argument, `+` is a piece with more to come. The
# line starts with `.`, or with `+` when the message goes on in the next one.
work() {
  trap '' PIPE
  GONE= LOCKED= ARMED= text= PRINTF=$(command -v printf)
  set --
  while IFS= read -r line; do
    case $line in
      [+.]*) ;;
      *) continue ;;
    esac
    set -f; IFS=' '
    for word in ${line#?}; do
      decode "${word#?}"
      text=$text$decoded
      case $word in
        =*) set -- "$@" "$text"; text= ;;
      esac
    done
    set +f; unset IFS
    case $line in
      +*) continue ;;
    esac
    verb=${1:-} status=64
    [ $# = 0 ] || shift
    case $verb in
      open) open "$@"; status=$? ;;
      verify|records|traces|probe) ( set -e; "do_$verb" "$@" ); status=$? ;;
      place|publish|settle|finish|archive|restore) ( set -e; holding || refuse lock; "do_$verb" "$@" ); status=$? ;;
      arm) if holding; then arm "$1"; else ( refuse lock ); fi; status=$? ;;
    esac
    case $verb$status in
      place0) [ -z "$5" ] || try_arm "$1" ;;
      publish*) ARMED= ;;
    esac
    say "end $status"
    set --
  done
  # What was offered and not used. What cannot go like this, the next sweep sees to.
  ! holding || { disarm; remove ".releases/trash/offer.$RUN"; } 2>/dev/null
  unlock
  trap '' TERM
  kill -TERM 0
}

decode() {
  case $1 in
    *\\*) decoded=$(printf '%b.' "$1"); decoded=${decoded%.} ;;
    *) decoded=$1 ;;
  esac
}

# A refusal has a code that the action turns into words; nothing was changed by the message it answers.
refuse() { say "refuse $*"; exit 3; }

# What most names are made of goes as it is, after a `=`.
hex() {
  case $1 in
    ''|*[!A-Za-z0-9._/-]*) printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' ;;
    *) printf '=%s' "$1" ;;
  esac
}

# remove PATH...: with what is in it, if there is any; to ask costs less than to start rm.
remove() {
  for file do
    if [ -e "$file" ] || [ -L "$file" ]; then rm -rf -- "$@"; return; fi
  done
}

# Only plain names ever become part of a path.
plain() {
  case $1 in
    ''|*[!A-Za-z0-9._-]*|[!A-Za-z0-9]*) return 1 ;;
  esac
}

flush() { sync -f "$1" 2>/dev/null || sync; }

# write FILE TEXT: whole or not at all, also across a power cut.
write() {
  draft=.releases/${1##*/}.$RUN~
  fill "$draft" "$2" || refuse short
  flush "$draft"
  mv -f -- "$draft" "$1"
}

# fill FILE TEXT: fails when it is not all there: the disk may be full, or the /tmp that a here-document goes through, and not
# every shell says so. A printf that is no builtin takes 128 KiB at most, and what one says of a full disk is no help.
fill() {
  case $PRINTF in
    */*) false ;;
    *) printf '%s\n' "$2" 2>/dev/null >"$1" ;;
  esac || cat >"$1" <<END || :
$2
END
  [ "$(cat "$1"; echo .)" = "$2
." ]
}

# --- lock ---

# open LOCK UPLOAD WAIT HOLDER VERIFY KEY SHARED...: locks (LOCK=lock; WAIT seconds at most) and tells the state, with what lacks of
# SHARED (`file:PATH` or `dir:PATH` below shared/), how the release meant by VERIFY is, ready to switch to it, and, with a KEY, what an
# upload may begin with. UPLOAD: `create` when one comes, `look` to hear only what it would find, or empty.
# Runs in the session's own shell, because that is what holds the lock.
open() {
  if [ "$2" = create ] && [ ! -d "$ROOT" ]; then
    ! exposed || return 0
    mkdir -p -- "$ROOT" || return 1
  fi
  if [ ! -d "$ROOT" ]; then
    say absent
    exposed || :
    above=$ROOT
    while [ ! -d "$above" ]; do above=$(dirname -- "$above"); done
    [ -w "$above" ] || say "unwritable $(hex "$above")"
    upload=$2
    shift 6
    shared "$@"
    docroot
    ( tools "$upload" )
    return 0
  fi
  cd -P -- "$ROOT" || return 1
  if [ -e "$LINK" ] && [ ! -L "$LINK" ]; then
    say "public $(kind "$LINK")"
    return 0
  fi
  if exposed && [ "$2" = create ]; then return 0; fi
  band
  which_stat
  if [ "$1" = lock ]; then
    ( rooms && : >>.releases/lock ) || return
    lock "$3" "$4"
    case $? in
      1) return 0 ;;
      2) return 1 ;;
    esac
  fi
  disarm
  verify=$5
  case $verify in @*) verify=$(meant "$verify") ;; esac
  preparing=
  if [ "$1" = lock ] && [ -n "$6" ]; then
    # Without the lock's descriptor, which would outlive a session that dies.
    prepare "$6" 9>&- >/dev/null 2>&1 &
    preparing=$!
  fi
  ( set -e
    access=$1 upload=$2 checking=
    if [ -n "$verify" ]; then
      do_verify "$verify" 9>&- &
      checking=$!
    fi
    tools "$upload"
    state "$upload"
    shift 6
    shared "$@"
    docroot
    # A line of the manifest can be longer than a pipe takes at once, and another's would then stand in its middle.
    [ -z "$checking" ] || wait "$checking"
    manifest
    [ "$access" = lock ] || holder )
  told=$?
  [ "$1" != lock ] || [ -z "$verify" ] || try_arm "$verify"
  if [ -n "$preparing" ] && wait "$preparing"; then
    sed "s/^/$MARK kept /" ".releases/trash/offer.$RUN/kept"
    say offered
  fi
  return "$told"
}

# exposed: tells the directories in which everybody could put something else in the place of what this tool keeps: ROOT when all
# may write in it, and those above it, or above a link elsewhere, unless the sticky bit keeps them from each other's.
exposed() {
  FACTS=$(ls -ldLn -- "$ROOT" 2>/dev/null) || FACTS=
  real=$(cd -P -- "$ROOT" 2>/dev/null && pwd -P) || real=
  [ "$real" != "$ROOT" ] || real=
  set --
  for place in "$ROOT" "$real" "$LINKDIR/."; do
    while :; do
      case $place in
        /?*) place=${place%/*} ;;
        *) break ;;
      esac
      set -- "$@" "${place:-/}"
    done
  done
  open_to_all=$(find "$@" -prune -type d -perm -0002 ! -perm -1000 2>/dev/null)
  case $FACTS in
    d???????w*) open_to_all="$ROOT
$open_to_all" ;;
  esac
  [ -n "$open_to_all" ] || return 1
  say "exposed $(hex "$open_to_all")"
}

# A remote_dir that its group may write in is that group's, and what is private in it is theirs, too.
band() {
  GROUP=
  umask 022
  case $FACTS in
    d????w*) umask 002
      GROUP=$(printf '%s\n' "$FACTS" | { read -r mode links owner group rest; echo "$group"; }) ;;
  esac
}

# lend MODE FILE...: to the group, as far as it is ours to give.
lend() {
  [ -n "$GROUP" ] || return 0
  mode=$1
  shift
  chgrp "$GROUP" "$@" 2>/dev/null || :
  chmod "$mode" "$@" 2>/dev/null || :
}

kind() { if [ -d "$1" ]; then echo directory; else echo file; fi; }

# Makes what is missing of our own places. Behind a symlink, all that is deleted there would be somebody else's.
rooms() {
  [ ! -L .releases/lock ] || refuse private .releases/lock
  for room in .releases .releases/incoming .releases/records .releases/index .releases/content .releases/trash; do
    [ ! -L "$room" ] || refuse private "$room"
    [ -d "$room" ] || { mkdir -m 700 "$room" && lend g+rwxs "$room"; } || [ -d "$room" ] || return 1
  done
  case ${GROUP:+group}$(ls -ld .releases) in
    d???------*|groupd???rws---*) ;;
    group*)
      # Inside first, while nobody else can have put a symlink there.
      lend g+rwX .releases/*
      chmod g+s .releases/incoming .releases/records .releases/index .releases/content .releases/trash 2>/dev/null || :
      lend u+rwx,g+rwxs,o-rwx .releases ;;
    *) chmod go-rwxs .releases || : ;;
  esac
}

# lock SECONDS HOLDER: 0: it is ours. 1: still another's. 2: cannot be had here at all. Who holds it is told every second.
lock() {
  [ -z "$LOCKED" ] || return 0
  waited=0
  while :; do
    try_lock
    case $? in
      0) LOCKED=yes
        IFS= read -r last <.releases/lock || :
        [ -z "$last" ] || say "takeover $last"
        printf '%s\n' "$2" >.releases/lock
        say locked
        return 0 ;;
      2) return 2 ;;
    esac
    say "held $waited $(sed -n 1p .releases/lock)"
    [ "$waited" -lt "$1" ] && [ -z "$GONE" ] || return 1
    sleep 1
    waited=$((waited + 1))
  done
}

# flock(2) dies with its holder.
try_lock() {
  if ! command -v flock >/dev/null 2>&1; then take_turn; return; fi
  exec 9>>.releases/lock
  flock -n 9 9>&9
  code=$?
  [ "$code" = 0 ] || exec 9>&-
  [ "$code" -le 1 ] || code=2
  return "$code"
}

# Without it: numbered symlinks, of which the highest names the holder, or nobody by `-`. Only one contender can make the next one, and
# may when the holder's last heartbeat, by this host's clock, is two leases old. Whoever made one that is not the highest came too late.
take_turn() {
  next=$(turn)
  vacant "$next" || return 1
  next=$((next + 1))
  touch ".releases/beat.$SELF" || return 2
  if ln -s "$SELF" ".releases/turn.$next" 2>/dev/null && [ "$(turn)" = "$next" ]; then
    for file in .releases/turn.*; do
      [ "${file##*.}" -ge "$next" ] || rm -f "$file"
    done
    return 0
  fi
  rm -f ".releases/beat.$SELF"
  return 1
}

turn() {
  highest=0
  for file in .releases/turn.*; do
    case ${file##*.} in
      *[!0-9]*) ;;
      *) [ "${file##*.}" -le "$highest" ] || highest=${file##*.} ;;
    esac
  done
  echo "$highest"
}

vacant() { # TURN
  [ "$1" != 0 ] || return 0
  owner=$(readlink ".releases/turn.$1") || return 1
  [ "$owner" != - ] || return 0
  beat=$(stat -c %Y ".releases/beat.$owner" 2>/dev/null || stat -f %m ".releases/beat.$owner" 2>/dev/null) || beat=0
  [ "$(($(date +%s) - beat))" -gt "$((LEASE * 2))" ]
}

# Asked before everything that changes something, so that a holder who was taken for dead does nothing more.
holding() {
  [ -n "$LOCKED" ] || return 1
  command -v flock >/dev/null 2>&1 || [ "$(readlink ".releases/turn.$(turn)")" = "$SELF" ]
}

unlock() {
  holding || return 0
  if [ -f ".releases/beat.$SELF" ]; then
    ln -s - ".releases/turn.$(($(turn) + 1))"
    rm -f ".releases/beat.$SELF"
  fi
  : >.releases/lock
}

# --- state ---

tools() { # UPLOAD
  for tool in rsync flock tar find stat sort uniq readlink od; do
    command -v "$tool" >/dev/null 2>&1 || say "missing $tool"
  done
  [ -n "$1" ] || return 0
  about=$(rsync --version 2>&1) || :
  say "rsync ${about%%
*}"
  for word in xxh128 zstd lz4 zlibx; do
    case $about in *" $word "*) say "knows $word" ;; esac
  done
}

# What there is: link, releases, records, leftovers, and room for an UPLOAD. Names come out only if plain; others are counted.
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
    case $file in */"offer.$RUN"|"$STAGE") continue ;; esac
    [ ! -d "$file" ] || ! plain "${file##*/}" || say "leftover ${file#.releases/}"
  done
  [ "$odd" = 0 ] || say "odd $odd"
  [ -z "$1" ] || room
  [ ! -d "$RELEASES" ] || [ ! -d .releases ] || device "$RELEASES" .releases || say elsewhere
}

shared() {
  for item do
    path=${item#*:}
    if [ -d "$ROOT" ]; then path=shared/$path; else path=$ROOT/shared/$path; fi
    case ${item%%:*} in
      file) if [ ! -e "$path" ]; then say "lacking $(hex "shared/${item#*:}")"; elif [ -d "$path" ]; then say "unfit $(hex "shared/${item#*:}")"; fi ;;
      dir) [ ! -e "$path" ] || [ -d "$path" ] || say "unfit $(hex "shared/${item#*:}")" ;;
    esac
  done
}

# A place of the link outside of ROOT is somebody else's: it is never made.
docroot() {
  case $LINKDIR in
    /*) if [ ! -d "$LINKDIR" ]; then say "docroot missing"; elif [ ! -w "$LINKDIR" ]; then say "docroot unwritable"; fi ;;
  esac
}

# The plain name of the release that the link serves, or serves a part of; nothing when it leads elsewhere.
current() {
  here=$(cd -P -- "$LINK" 2>/dev/null && pwd -P) || return 0
  there=$(cd -P -- "$RELEASES" 2>/dev/null && pwd -P) || return 0
  case $here in
    "$there"/*) here=${here#"$there"/} here=${here%%/*}; ! plain "$here" || printf '%s\n' "$here" ;;
  esac
}

names() { # DIR KEY
  for file in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    [ -e "$file" ] || [ -L "$file" ] || continue
    name=${file##*/}
    if ! plain "$name"; then odd=$((odd + 1)); continue; fi
    if [ -L "$file" ]; then say "$2 $name symlink"; elif [ -d "$file" ]; then say "$2 $name"; else say "$2 $name file"; fi
  done
}

room() {
  free k
  say "space ${free#* }"
  free i
  say "inodes $free"
}

# free k|i: sets `free` to how many there are and how many are left; empty when df does not say. Names of devices and mounts may hold
# spaces: the numbers are found by the share behind them.
free() {
  all= used= left= free=
  set -f
  for word in $(df "-P$1" . 2>/dev/null); do
    case $word,$all,$used,$left, in
      *,,*|[!0-9]*|*,*[!0-9,]*) ;;
      *%,*) free="$all $left"; break ;;
    esac
    all=$used used=$left left=$word
  done
  set +f
}

# Whether A and B are on the same one.
device() { # A B
  devices=$(stat -c %d "$1" "$2" 2>/dev/null || stat -f %d "$1" "$2")
  case $devices in
    *"
"*) [ "${devices#*
}" = "${devices%
*}" ] ;;
  esac
}

manifest() {
  if [ ! -e manifest.json ] && [ ! -L manifest.json ]; then say "manifest absent"; return; fi
  if [ ! -f manifest.json ] || [ ! -r manifest.json ]; then say "manifest unreadable"; return; fi
  size=$(wc -c <manifest.json)
  if [ "$size" -gt 33554432 ]; then say "manifest large"; return; fi
  say "manifest present"
  sed "s/^/$MARK text /" manifest.json
  echo
}

holder() {
  [ -f .releases/lock ] || return 0
  if command -v flock >/dev/null 2>&1; then
    if flock -n -s 9 9<.releases/lock; then return 0; fi
  elif vacant "$(turn)"; then return 0; fi
  say "held 0 $(sed -n 1p .releases/lock)"
}

# --- what an upload may begin with ---

# prepare KEY: a copy of the release that is served, in hard links, but for what is no longer as it was proven; and the hash of each of
# its files. KEY: what the hashes were made with. In the trash, where whatever is not used goes with the rest.
prepare() {
  key=$1 draft=.releases/trash/offer.$RUN
  basis=$(current)
  [ -n "$basis" ] && [ ! -L "$RELEASES/$basis" ] && [ -f ".releases/content/$basis" ] || return 1
  remove "$draft"
  mkdir -- "$draft" "$draft/tree" && copy_proven
}

# A file counts as it was when mode, size and date are those of the index, and the date is older than its listing (see look_at). Odd lines come from odd names; then nothing counts, nor does what
# the runner would take for an answer without end.
copy_proven() {
  proven=$(modified ".releases/index/$basis") && gzip -dc <".releases/content/$basis" >"$draft/content" || return 1
  cp -RlP -- "$RELEASES/$basis/." "$draft/tree/" && listing "$draft/tree" >"$draft/seen" || return 1
  unpack ".releases/index/$basis" | awk -v proven="$proven" -v key="$key" -v struck="$draft/struck" '
    at == 1 { proof[$0]; next }
    at == 2 && FNR == 1 { if ($0 != key) exit bad = 1; next }
    at == 2 && $0 == "." { whole = 1; next }
    at == 2 { hash[substr($0, length($1 $2) + 3)] = $0; next }
    { path = substr($0, length($1 $2 $3) + 4) }
    path !~ /^\.\// { exit bad = 1 }
    /^4/ { next }
    /^8/ && ($0 in proof) && (path in hash) && $3 < proven { print hash[path]; told += length(hash[path]) + 1; next }
    { print path >struck }
    END { exit bad || !whole || told > 30000000 }' at=1 - at=2 "$draft/content" at=3 "$draft/seen" >"$draft/same" || return 1
  # In one order, so that hosts that hold the same offer the same.
  sort -k 3 "$draft/same" >"$draft/kept" || return 1
  [ ! -f "$draft/struck" ] || discard "$draft/struck"
}

# --- a release's content ---

# The part of a listing that the runner can know beforehand: kind, size, path; as one digest.
proof() {
  sed -e 's/^4[^ ]* [0-9]* [0-9]* /4 0 /' -e 's/^\(.\)[^ ]* \([0-9]*\) [0-9]* /\1 \2 /' | sort | digest
}

digest() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum
  elif command -v shasum >/dev/null 2>&1; then shasum -a 256
  else sha256
  fi
}

# meant @previous|@staged: the name that is most likely meant; nothing when there is none.
meant() {
  case $1 in
    @previous) [ ! -f .releases/previous ] || { read -r name <.releases/previous && echo "$name"; } ;;
    # The record that was made last.
    @staged) ls -t .releases/records 2>/dev/null | sed -n '1s/\.json$//p' ;;
  esac
}

# verify RELEASE: tells how it differs from what it was when it was proven whole.
do_verify() {
  name=$1
  plain "$name" && [ -d "$RELEASES/$name" ] && [ ! -L "$RELEASES/$name" ] || return 0
  if [ ! -f ".releases/index/$name" ]; then say "verified $name unknown 0 0"; return; fi
  missing=0 changed=0
  # Of lines that are on one side only those of the index: the other side is there twice.
  differing=$( { unpack ".releases/index/$name"; entries "$RELEASES/$name" | sed p; } | sort -r | uniq -u | sed -n '1,2000p')
  while IFS= read -r line; do
    [ -n "$line" ] || continue
    path=${line#* } path=${path#* } path=${path#* ./}
    if exists "$RELEASES/$name/$path"; then
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

# Also when PATH is only the first line of a name with a newline in it.
exists() {
  [ -e "$1" ] || [ -L "$1" ] && return 0
  set -- "$1
"*
  [ -e "$1" ] || [ -L "$1" ]
}

do_records() {
  for file in .releases/records/*.json; do
    name=${file##*/} name=${name%.json}
    [ -f "$file" ] && plain "$name" || continue
    line=
    IFS= read -r line <"$file" || :
    say "record-of $name $line"
  done
  [ ! -f "$LOG" ] || tail -c 4194304 <"$LOG" | tail -n 1000 | sed "s/^/$MARK log /"
}

# What Capistrano and Deployer wrote down of releases that nobody else vouches for.
do_traces() {
  for file in revisions.log .dep/releases_log .dep/releases; do
    [ -f "$file" ] && [ -r "$file" ] || continue
    tail -c 1048576 <"$file" | tail -n 1000 | LC_ALL=C sed "s|^|$MARK trace $file |"
    echo
  done
  for file in "$RELEASES"/*/BAD_RELEASE "$RELEASES"/*/REVISION; do
    name=${file%/*} mark=${file##*/}
    name=${name##*/}
    plain "$name" && [ ! -L "$RELEASES/$name" ] && [ -f "$file" ] && [ ! -L "$file" ] && [ -r "$file" ] || continue
    say "mark $mark $name $(head -n 1 <"$file" | cut -c 1-200)"
  done
  [ ! -L release ] || { name=$(readlink release) && name=${name##*/} && plain "$name" && say "unfinished $name"; } || :
}

# place RELEASE PROOF RECORD CONTENT ARM FILE REVISION [KIND PATH TEXT]...: an upload that is proven whole gets its name. Before that,
# REVISION is written to FILE (unless empty), and each PATH becomes a link with TEXT into shared/. The record is on disk before the
# name is. CONTENT: whether the hashes that came with it (offer, keep) may be relied on. ARM: whether the switch to it comes next.
do_place() {
  plain "$1" || refuse name
  here=.releases/incoming/$1
  [ -d "$here" ] && [ ! -L "$here" ] || refuse upload
  [ ! -L "$RELEASES" ] || refuse symlinked
  [ ! -e "$RELEASES/$1" ] && [ ! -L "$RELEASES/$1" ] || refuse exists
  look_at "$1"
  found=$(proof <".releases/index/$1.$RUN~")
  [ "${found%% *}" = "$2" ] || refuse "partial $(wc -l <".releases/index/$1.$RUN~" | tr -d ' ')"
  release=$1 record=$3 content=$4
  if [ -n "$6" ]; then
    parents "$here" "$6"
    # Never written through: the file may be a hard link that the release before shares.
    rm -rf -- "$here/$6"
    printf '%s\n' "$7" >"$here/$6"
  fi
  added=$6
  shift 7
  while [ "$#" -ge 3 ]; do
    link_shared "$here" "$1" "$2" "$3"
    added=yes
    shift 3
  done
  [ -z "$added" ] || look_at "$release"
  # Not by a rename: an index counts for nothing before its release is there, and this is on disk by then.
  pack ".releases/index/$release.$RUN~" ".releases/index/$release"
  touch -r ".releases/index/$release.$RUN~~" ".releases/index/$release"
  remove ".releases/content/$release"
  [ -z "$content" ] || [ ! -f ".releases/content/$release.$RUN~" ] || mv ".releases/content/$release.$RUN~" ".releases/content/$release"
  set -- "$release" "" "$record"
  [ -d "$RELEASES" ] || { mkdir -p -- "$RELEASES"; lend g+rwxs "$RELEASES"; }
  [ -z "$GROUP" ] || find "$here" ! -group "$GROUP" -exec chgrp -h "$GROUP" {} + 2>/dev/null || :
  write ".releases/records/$1.json" "$3"
  relocate "$here" "$RELEASES/$1"
  rm -f ".releases/uploading.$1"
  say placed
}

# look_at RELEASE: lists its upload. The date of what is listed says nothing of a change in the second in which this began, or later.
look_at() {
  : >".releases/index/$1.$RUN~~"
  listing "$here" >".releases/index/$1.$RUN~"
}

# link_shared RELEASE KIND PATH TEXT: what the artifact has in the way goes, and is told.
link_shared() {
  parents "$1" "$3"
  if [ "$2" = dir ]; then mkdir -p -- "shared/$3"; else parents shared "$3"; fi
  if [ -e "$1/$3" ] || [ -L "$1/$3" ]; then
    [ "$(readlink "$1/$3" 2>/dev/null)" = "$4" ] || say "shadowed $(hex "$3")"
    rm -rf -- "$1/$3"
  fi
  ln -s -- "$4" "$1/$3"
}

# parents ROOT PATH: makes the directories above PATH, never through a symlink that would lead out of ROOT.
parents() {
  above=$1 rest=$2
  case /$rest/ in
    *//*|*/../*) refuse outside "$(hex "$rest")" ;;
  esac
  while :; do
    case $rest in
      */*) above=$above/${rest%%/*} rest=${rest#*/} ;;
      *) return 0 ;;
    esac
    [ ! -L "$above" ] || refuse "through $(hex "$above")"
    [ -d "$above" ] || mkdir -p -- "$above"
  done
}

# Whether releases/ is a directory below ROOT and no symlink leads out of it on the way there.
genuine() { [ "$(cd -P -- "$RELEASES" 2>/dev/null && pwd -P)" = "$(pwd -P)/$RELEASES" ]; }

# Only who may write into a directory may move it: its ".." changes.
relocate() {
  [ -w "$1" ] || chmod u+w "$1" || :
  mv -- "$1" "$2"
}

# arm RELEASE: makes the link to it that `publish` will only have to rename, when no command runs on the host meanwhile.
arm() {
  ARMED=
  ( set -e; ready "$LINKTO$1" "$1" )
  code=$?
  [ "$code" != 0 ] || ARMED=$LINKTO$1
  return "$code"
}

# The same ahead, in passing: what is wrong will be told in its own time.
try_arm() {
  arm "$1" >/dev/null 2>&1
  [ -z "$ARMED" ] || say "armed $1"
}

disarm() {
  [ -z "$ARMED" ] || rm -rf -- "$STAGE"
  ARMED=
}

# ready TEXT RELEASE: all of a switch that comes before its rename(2); what the release holds is on disk by then.
ready() {
  if [ -n "$2" ]; then
    plain "$2" || refuse name
    [ -d "$RELEASES/$2" ] && [ ! -L "$RELEASES/$2" ] || refuse gone
    genuine || refuse symlinked
  fi
  [ -L "$LINK" ] || [ ! -e "$LINK" ] || refuse directory
  flush .releases
  [ -n "$1" ] || return 0
  case $LINKDIR in
    /*) ;;
    *) [ -d "$LINKDIR" ] || mkdir -p -- "$LINKDIR" ;;
  esac
  [ -z "$2" ] || leads "$1" "$2" || refuse astray
  remove "$STAGE"
  mkdir -- "$STAGE"
  ln -s -- "$1" "$STAGE/$LINKNAME"
}

# publish TEXT RELEASE PREVIOUS MANIFEST EVENT ARMED: the link becomes TEXT by one rename(2), is read back, and recorded. An empty TEXT
# takes the link away: what was before the first deploy. RELEASE must exist, or be empty when an unknown place is put back.
do_publish() {
  if [ -n "$6" ] && [ "$ARMED" = "$1" ] && [ -L "$STAGE/$LINKNAME" ] && [ -d "$RELEASES/$2" ]; then
    [ -L "$LINK" ] || [ ! -e "$LINK" ] || refuse directory
  else
    ready "$1" "$2"
  fi
  if [ -z "$1" ]; then
    rm -f -- "$LINK"
    [ ! -L "$LINK" ] || refuse link
  else
    mv -f -- "$STAGE/$LINKNAME" "$LINKDIR/"
    [ "$(readlink "$LINK")" = "$1" ] || refuse link
  fi
  say switched
  [ -z "$1" ] || rmdir -- "$STAGE"
  [ "$LINKDIR" = . ] || [ ! -d "$LINKDIR" ] || flush "$LINKDIR"
  # A hint, for what is likely meant by the next run: it may be lost.
  printf '%s\n' "$3" >.releases/previous
  settle "$4" "$5"
}

# leads TEXT RELEASE: whether a link TEXT in LINKDIR, which itself may lie behind a symlink, would serve RELEASE.
leads() {
  goal=$(cd -P -- "$RELEASES/$2" && pwd -P) || return 1
  case $(cd -P -- "$LINKDIR" && cd -P -- "$1" && pwd -P)/ in
    "$goal"/*) ;;
    *) return 1 ;;
  esac
}

# settle MANIFEST EVENT: the manifest, with the copy before it kept; a line in the log. Either may be empty.
do_settle() { settle "$@"; }
settle() {
  if [ -n "$1" ]; then
    if [ -f manifest.json ]; then
      [ ! -d .releases/manifest.json.previous ]
      # A link is as good as a copy: what is there is never written to, only replaced.
      { [ ! -L manifest.json ] && ln -f manifest.json .releases/manifest.json.previous 2>/dev/null; } || {
        cp -p manifest.json ".releases/manifest.json.previous.$RUN~"
        mv -f ".releases/manifest.json.previous.$RUN~" .releases/manifest.json.previous
      }
    fi
    write manifest.json "$1"
  else
    flush .releases
  fi
  if [ -n "$2" ] && [ -n "$LOG" ]; then
    case $LOG in
      */*) [ -d "${LOG%/*}/" ] || mkdir -p -- "${LOG%/*}" || : ;;
    esac
    # A line that a full disk cut short must not take this one with it.
    [ ! -f "$LOG" ] || [ -z "$(tail -c 1 "$LOG" 2>/dev/null)" ] || echo >>"$LOG" || :
    printf '%s\n' "$2" >>"$LOG" || say "unlogged"
  fi
}

# finish MANIFEST EVENT RELEASE...: prunes. Out of releases/ by rename first, so that no half-deleted release is ever left there.
do_finish() {
  text=$1 event=$2
  shift 2
  live=$(current)
  bin=.releases/trash/$RUN
  [ "$#" = 0 ] || mkdir -p "$bin"
  for name do
    plain "$name" && [ "$name" != "$live" ] || { say "kept $name"; continue; }
    genuine && [ ! -L "$RELEASES/$name" ] || { say "kept $name"; continue; }
    [ -d "$RELEASES/$name" ] || continue
    relocate "$RELEASES/$name" "$bin/$name" || { say "kept $name"; continue; }
    say "pruned $name"
  done
  [ "$#" = 0 ] || spare "$text"
  settle "$text" "$event"
  sweep
}

# spare MANIFEST: on a full disk there is room for it when the trash is gone first; what is listed and not there counts as missing.
spare() {
  [ -z "$1" ] || fill ".releases/manifest.json.$RUN~" "$1" 2>/dev/null || {
    rm -f ".releases/manifest.json.$RUN~"
    flush .releases
    rm -rf .releases/trash/* || :
    mkdir -p "$bin"
  }
}

# archive RELEASE: as rolled-back-release-RELEASE.tar.gz beside the manifest, whole or not at all.
do_archive() {
  plain "$1" && [ -d "$RELEASES/$1" ] && [ ! -L "$RELEASES/$1" ] || refuse gone
  command -v tar >/dev/null 2>&1 || refuse tar
  umask 077
  tar -czf ".releases/archive.$RUN~" -C "$RELEASES" "./$1" || { rm -f ".releases/archive.$RUN~"; exit 1; }
  mv -f ".releases/archive.$RUN~" "rolled-back-release-$1.tar.gz"
}

# probe [look]: what only trying tells. Everything it makes is in .releases/, where there is one, and gone again; `look` makes nothing.
do_probe() {
  say "clock $(date +%s)"
  for place in . "$LINKDIR" "$RELEASES"; do
    [ ! -d "$place" ] || [ -w "$place" ] || say "unwritable $(hex "$place")"
  done
  [ "${1:-}" != look ] && [ -d .releases ] && [ -w .releases ] || return 0
  bin=.releases/probe.$RUN
  mkdir "$bin"
  : >"$bin/a"
  ln "$bin/a" "$bin/b" 2>/dev/null || say nolinks
  sync -f "$bin" 2>/dev/null || say nosync
  rm -rf "$bin"
}

# restore MANIFEST BROKEN: a rebuilt manifest; the one it replaces is kept as BROKEN beside it, if that is given.
do_restore() {
  if [ -n "$2" ] && [ -e manifest.json ]; then
    [ ! -e "$2" ] || refuse exists
    # A copy, so that there is a manifest whatever happens; what is no file cannot be one.
    if [ -f manifest.json ] && [ -r manifest.json ]; then cp -p manifest.json "$2"; else mv -- manifest.json "$2"; fi
  fi
  write manifest.json "$1"
}

# Leftovers of this and of dead runs; not a place where an orphan still writes.
sweep() {
  for file in .releases/incoming/*; do
    [ -d "$file" ] || continue
    name=${file##*/}
    ! command -v flock >/dev/null 2>&1 || flock -n 8 8>>".releases/uploading.$name" || continue
    mkdir -p ".releases/trash/$RUN" && mv -- "$file" ".releases/trash/$RUN/incoming.$name" && rm -f ".releases/uploading.$name" || :
  done
  set --
  for file in .releases/uploading.*; do
    [ -d ".releases/incoming/${file#.releases/uploading.}" ] || set -- "$@" "$file"
  done
  # A record or an index without its release is what is left of one that was pruned, or of a run that died between the two.
  for file in .releases/records/*.json .releases/index/* .releases/content/*; do
    name=${file##*/}
    case $file in .releases/records/*) name=${name%.json} ;; esac
    [ ! -f "$file" ] || [ -e "$RELEASES/$name" ] || set -- "$@" "$file"
  done
  remove "$@" .releases/stage.* .releases/probe.* .releases/*~ .releases/*/*~ || :
  for file in .releases/beat.*; do
    [ ! -f "$file" ] || find "$file" -mtime +1 -exec rm -f {} + || :
  done
  remove .releases/trash/* 2>/dev/null || {
    find .releases/trash -type d ! -perm -700 -exec chmod u+rwx {} \; 2>/dev/null || :
    rm -rf .releases/trash/* || say "left $(ls .releases/trash | wc -l | tr -d ' ')"
  }
}
