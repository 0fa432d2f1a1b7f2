# What a host has to work with, told and not judged: its tools, and room.

# tools UPLOAD: what is missing, and what an upload may use. A tar is known when it is one that was tried: BusyBox's restores no modes for
# an ordinary user.
tools() {
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
  about=$(tar --version 2>&1 </dev/null) || :
  case $about in
    *'GNU tar'*|*toybox*) say 'knows tar' ;;
  esac
  case $about in
    *'GNU tar'*) ! command -v zstd >/dev/null 2>&1 || say 'knows unzstd' ;;
  esac
}

room() {
  [ "$STAT" != gnu ] || ! room_by_stat || return 0
  free k
  say "space ${free#* }"
  free i
  say "inodes $free"
}

# The same by one program instead of two; fails where a filesystem does not count its inodes, the program does not know how, or the
# shell's numbers end at 2^31.
room_by_stat() {
  [ "$((65536 * 65536))" != 0 ] || return 1
  set -f
  set -- $(stat -f -c '%b %a %S %c %d' . 2>/dev/null)
  set +f
  case $#$* in
    *[!0-9\ ]*) return 1 ;;
  esac
  [ "$#" = 5 ] && [ "$3" -gt 0 ] && [ "$4" -gt 0 ] || return 1
  say "space $(($2 * $3 / 1024))"
  say "inodes $4 $5"
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
