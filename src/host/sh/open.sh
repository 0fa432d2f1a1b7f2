# The first message: locks, looks, and prepares what is likely to come next.

# open LOCK UPLOAD WAIT HOLDER VERIFY KEY SHARED...: locks (LOCK=lock; WAIT seconds at most) and tells the state, with what lacks of
# SHARED (`file:PATH` or `dir:PATH` below shared/), how the release meant by VERIFY is, ready to switch to it, and, with a KEY, what an
# upload may begin with. UPLOAD: `create` when one comes, `look` to hear only what it would find, or empty.
# Runs in the session's own shell, because that is what holds the lock.
open() {
  if [ "$2" = create ] && [ ! -d "$ROOT" ]; then
    facts
    ! exposed || return 0
    ! blocked || return 0
    mkdir -p -- "$ROOT" || return 1
  fi
  if [ ! -d "$ROOT" ]; then
    say absent
    facts
    exposed || :
    blocked || [ -w "$above" ] || tell unwritable "$above"
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
  # Who only looks sees what there is all the same.
  [ -z "$1$2" ] || ! filed || return 0
  [ "$2" != look ] || private || return
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
  [ -z "$ARMED" ] || disarm
  served
  verify=$5
  case $verify in @*) verify=$(meant "$verify") ;; esac
  preparing=
  if [ "$1" = lock ] && [ -n "$6" ]; then
    # Without the lock's descriptor, which would outlive a session that dies.
    prepare "$6" 9>&- >/dev/null 2>&1 &
    preparing=$!
  fi
  ( set -e
    access=$1 upload=$2 checking= held=
    # Asked first: what lies there is of a run that may have ended by the time it is told.
    [ "$access" = lock ] || held=$(holder)
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
    if [ -n "$held" ]; then printf '\n%s\n' "$held"; elif [ "$access" != lock ]; then holder; fi )
  told=$?
  [ "$1" != lock ] || [ -z "$verify" ] || try_arm "$verify"
  if [ -n "$preparing" ] && wait "$preparing"; then
    sed "s/^/$MARK kept /" ".releases/trash/offer.$RUN/kept"
    say offered
  fi
  return "$told"
}

# exposed: tells the directories in which everybody could put something else in the place of what this tool keeps.
exposed() {
  [ -n "$OPEN" ] || return 1
  tell exposed "$OPEN"
}

# filed: tells what is no directory where one of ours would have to be.
filed() {
  for place in "$RELEASES" .releases; do
    if [ -e "$place" ] && [ ! -d "$place" ]; then tell blocked "$ROOT/$place"; return; fi
  done
  return 1
}

# blocked: tells what is in the way of ROOT, or of a directory above it; sets `above` to the last directory there is.
blocked() {
  above=$ROOT
  while [ ! -d "$above" ]; do
    if [ -e "$above" ] || [ -L "$above" ]; then tell blocked "$above"; return; fi
    above=$(dirname -- "$above")
  done
  return 1
}

# A remote_dir that its group may write in is that group's, and what is private in it is theirs, too.
band() {
  umask 022
  case $MODE in
    *[2367]?) umask 002; GROUP=$GROUP_HERE ;;
    *) GROUP= ;;
  esac
}

kind() { if [ -d "$1" ]; then echo directory; else echo file; fi; }
