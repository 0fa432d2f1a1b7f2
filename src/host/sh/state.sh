# What there is on a host, told and not judged.

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

names() { # DIR KEY
  for file in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    [ -e "$file" ] || [ -L "$file" ] || continue
    name=${file##*/}
    if ! plain "$name"; then odd=$((odd + 1)); continue; fi
    if [ -L "$file" ]; then say "$2 $name symlink"; elif [ -d "$file" ]; then say "$2 $name"; else say "$2 $name file"; fi
  done
}

# The plain name of the release that the link serves, or serves a part of; nothing when it leads elsewhere.
current() {
  here=$(cd -P -- "$LINK" 2>/dev/null && pwd -P) || return 0
  there=$(cd -P -- "$RELEASES" 2>/dev/null && pwd -P) || return 0
  case $here in
    "$there"/*) here=${here#"$there"/} here=${here%%/*}; ! plain "$here" || printf '%s\n' "$here" ;;
  esac
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

manifest() {
  if [ ! -e manifest.json ] && [ ! -L manifest.json ]; then say "manifest absent"; return; fi
  if [ ! -f manifest.json ] || [ ! -r manifest.json ]; then say "manifest unreadable"; return; fi
  size=$(wc -c <manifest.json)
  if [ "$size" -gt 33554432 ]; then say "manifest large"; return; fi
  say "manifest present"
  sed "s/^/$MARK text /" manifest.json
  echo
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
