# Who may change something here: one run, for as long as it lives.

# lock SECONDS HOLDER: 0: it is ours. 1: still another's. 2: cannot be had here at all. Who holds it is told every second, and once more
# at the least: one who has just got it may not have left its name yet, and one who looks has it for a moment.
lock() {
  [ -z "$LOCKED" ] || return 0
  waited=0
  while :; do
    try_lock
    case $? in
      0) LOCKED=yes
        IFS= read -r last <.releases/lock || :
        [ -z "$last" ] || say "takeover $last"
        printf '%s\n' "$2" "$SELF" >.releases/lock
        say locked
        return 0 ;;
      2) return 2 ;;
    esac
    say "held $waited $(sed -n 1p .releases/lock)"
    [ "$waited" -lt "$1" ] || [ "$waited" = 0 ] && [ -z "$GONE" ] || return 1
    sleep 1
    waited=$((waited + 1))
  done
}

# flock(2) dies with its holder. One who has no flock here, by another PATH, may hold it nevertheless: where one has been, both are had.
try_lock() {
  if ! command -v flock >/dev/null 2>&1; then take_turn; return; fi
  exec 9>>.releases/lock
  flock -n 9 9>&9
  code=$?
  if [ "$code" = 0 ]; then
    for file in .releases/turn.*; do
      [ ! -L "$file" ] || take_turn || code=$?
      break
    done
  fi
  [ "$code" = 0 ] || exec 9>&-
  [ "$code" -le 1 ] || code=2
  return "$code"
}

# Without it: numbered symlinks, of which the highest names the holder, or nobody by `-`. Only one contender can make the next one, and
# may when the holder's last heartbeat, by this host's clock, is two leases old. Whoever made one that is not the highest came too late.
take_turn() {
  next=$(turn)
  abandoned "$next" || return 1
  next=$((next + 1))
  touch ".releases/beat.$SELF" || return 2
  if ln -s "$SELF" ".releases/turn.$next" 2>/dev/null && [ "$(turn)" = "$next" ]; then
    for file in .releases/turn.*; do
      countable "${file##*.}" && [ "${file##*.}" -ge "$next" ] || rm -f "$file"
    done
    return 0
  fi
  rm -f ".releases/beat.$SELF"
  return 1
}

# abandoned TURN: vacant, and not for a clock that was set: every heartbeat then looks old until the next one.
abandoned() {
  owner=-
  vacant "$1" || return 1
  [ "$owner" != - ] || return 0
  seen=$beat
  sleep "$(((LEASE + 2) / 3))"
  vacant "$1" && [ "$beat" = "$seen" ]
}

# Asked before everything that changes something, so that a holder who was taken for dead does nothing more.
holding() {
  [ -n "$LOCKED" ] || return 1
  # Who has a turn has a heartbeat.
  if command -v flock >/dev/null 2>&1 && [ ! -f ".releases/beat.$SELF" ]; then return 0; fi
  [ "$(readlink ".releases/turn.$(turn)")" = "$SELF" ]
}

unlock() {
  holding || return 0
  if [ -f ".releases/beat.$SELF" ]; then
    ln -s - ".releases/turn.$(($(turn) + 1))"
    rm -f ".releases/beat.$SELF"
  fi
  : >.releases/lock
}
