# Files: written whole, brought to the disk, removed.

# Only plain names ever become part of a path.
plain() {
  case $1 in
    ''|*[!A-Za-z0-9._-]*|[!A-Za-z0-9]*) return 1 ;;
  esac
}

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
  holds "$1" "$2"
}

# holds FILE TEXT: whether that is in it, and the newline that belongs there. To start a program takes longer than to read some words.
holds() {
  if [ "${#2}" -gt 4000 ]; then
    [ "$(cat "$1"; echo .)" = "$2
." ]
    return
  fi
  found=
  while IFS= read -r line; do
    found="$found$line
"
  done <"$1"
  [ "$found" = "$2
" ]
}

flush() { sync -f "$1" 2>/dev/null || sync; }

# remove PATH...: with what is in it, if there is any; to ask costs less than to start rm.
remove() {
  for file do
    if [ -e "$file" ] || [ -L "$file" ]; then rm -rf -- "$@"; return; fi
  done
}
