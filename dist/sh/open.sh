# The first message: locks, looks, and prepares what is likely to come next.

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
    [ -w "$above" ] || tell unwritable "$above"
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
  facts
  if exposed && [ "$2" = create ]; then return 0; fi
  band
  if [ "$1" = lock ]; then
    rooms || return
    # No `:`, which would end a shell that may not write there.
    true >>.releases/lock || return 1
    [ -n "$OWN_MODE" ] || facts
    lock "$3" "$4"
    case $? in
      1) return 0 ;;
      2) return 1 ;;
    esac
  fi
  disarm
  LIVE=$(current)
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
    [ -z "$checking" ] || wait "$checking" || :
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
  real=
  # If it is there, it is where we are.
  if [ -d "$ROOT" ]; then [ "$PWD" = "$ROOT" ] || real=$PWD; else MODE=; fi
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
  case $MODE in
    *[2367]) open_to_all="$ROOT
$open_to_all" ;;
  esac
  [ -n "$open_to_all" ] || return 1
  tell exposed "$open_to_all"
}

# A remote_dir that its group may write in is that group's, and what is private in it is theirs, too.
band() {
  umask 022
  case $MODE in
    *[2367]?) umask 002; GROUP=$GROUP_HERE ;;
    *) GROUP= ;;
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
  for room in .releases .releases/lock .releases/incoming .releases/records .releases/index .releases/content .releases/trash; do
    if [ -L "$room" ]; then say "refuse private $room"; return 3; fi
    [ "$room" = .releases/lock ] || [ -d "$room" ] || { mkdir -m 700 "$room" && lend g+rwxs "$room"; } || [ -d "$room" ] || return 1
  done
  case ${GROUP:+group}$OWN_MODE in
    ?00|group2?70) ;;
    group*)
      # Inside first, while nobody else can have put a symlink there.
      lend g+rwX .releases/*
      chmod g+s .releases/incoming .releases/records .releases/index .releases/content .releases/trash 2>/dev/null || :
      lend u+rwx,g+rwxs,o-rwx .releases ;;
    *) chmod go-rwxs .releases || : ;;
  esac
}
