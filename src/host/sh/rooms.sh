# The places of this tool in a remote_dir.

# Beside .releases itself and the lock's file.
INSIDE='.releases/incoming .releases/records .releases/index .releases/content .releases/trash'

# private: whether our own places are no symlinks: behind one, all that is deleted there would be somebody else's.
private() {
  for room in .releases .releases/lock $INSIDE; do
    if [ -L "$room" ]; then say "refuse private $room"; return 3; fi
  done
}

# Makes what is missing of our own places.
rooms() {
  private || return
  for room in .releases .releases/lock $INSIDE; do
    [ "$room" = .releases/lock ] || [ -d "$room" ] || { mkdir -m 700 "$room" && lend g+rwxs "$room"; } || [ -d "$room" ] || return 1
  done
  case ${GROUP:+group}$OWN_MODE in
    ?00|group2?70) ;;
    group*)
      # Inside first, while nobody else can have put a symlink there.
      lend g+rwX .releases/*
      chmod g+s $INSIDE 2>/dev/null || :
      lend u+rwx,g+rwxs,o-rwx .releases ;;
    *) chmod go-rwxs .releases || : ;;
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
