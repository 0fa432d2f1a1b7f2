# What only trying tells of a host.

# probe [look]: everything it makes is in .releases/, where there is one, and gone again; `look` makes nothing.
do_probe() {
  say "clock $(date +%s)"
  for place in . "$LINKDIR" "$RELEASES" .releases .releases/lock $INSIDE; do
    [ ! -e "$place" ] || [ -w "$place" ] || tell unwritable "$place"
  done
  # One directory of one machine, by whatever address it was reached: a kernel numbers its filesystems.
  [ "$STAT" != gnu ] || ! read -r boot 2>/dev/null </proc/sys/kernel/random/boot_id || say "place $boot $(stat -L -c %d:%i .)"
  [ -z "$LOG" ] || loggable || say nolog
  [ "${1:-}" != look ] && [ -d .releases ] && [ -w .releases ] || return 0
  # Another entry of hosts may be at the same place.
  bin=.releases/probe.$SELF
  mkdir "$bin"
  : >"$bin/a"
  ln "$bin/a" "$bin/b" 2>/dev/null || say nolinks
  cp --reflink=always "$bin/a" "$bin/c" 2>/dev/null || say noclones
  sync -f "$bin" 2>/dev/null || say nosync
  rm -rf "$bin"
}

# loggable: whether a line can be added to the log, which is made when it is not there, with the directories above it.
loggable() {
  if [ -e "$LOG" ]; then [ -f "$LOG" ] && [ -w "$LOG" ]; return; fi
  above=./$LOG
  case $LOG in /*) above=$LOG ;; esac
  while [ ! -e "$above" ]; do
    case $above in
      /*/*|./*/*) above=${above%/*} ;;
      /*) above=/ ;;
      *) above=. ;;
    esac
  done
  [ -d "$above" ] && [ -w "$above" ]
}
