# What only trying tells of a host.

# probe [look]: everything it makes is in .releases/, where there is one, and gone again; `look` makes nothing.
do_probe() {
  say "clock $(date +%s)"
  for place in . "$LINKDIR" "$RELEASES" .releases .releases/lock $INSIDE; do
    [ ! -e "$place" ] || [ -w "$place" ] || tell unwritable "$place"
  done
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
