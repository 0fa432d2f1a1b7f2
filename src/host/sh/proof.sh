# Whether a release is what it was when it was proven whole.

# verify RELEASE: tells how it differs from what it was when it was proven whole.
do_verify() {
  name=$1
  plain "$name" && [ -d "$RELEASES/$name" ] && [ ! -L "$RELEASES/$name" ] || return 0
  if [ ! -f ".releases/index/$name" ]; then say "verified $name unknown 0 0"; return; fi
  missing=0 changed=0
  # Of lines that are on one side only those of the index: the other side is there twice. The tilde comes first, or nothing was compared.
  differing=$( { unpack ".releases/index/$name"; entries "$RELEASES/$name" | sed p; echo '~'; } | sort -r | uniq -u | sed -n '1,2000p')
  case $differing in
    '~'*) differing=${differing#?} ;;
    *) refuse verify ;;
  esac
  while IFS= read -r line; do
    [ -n "$line" ] || continue
    path=${line#* } path=${path#* } path=${path#* ./}
    if exists "$RELEASES/$name/$path"; then
      case $line in 4*) continue ;; esac
      changed=$((changed + 1)); [ "$changed" -gt 10 ] || tell changed "$path"
    else
      missing=$((missing + 1)); [ "$missing" -gt 10 ] || tell lost "$path"
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

# meant @previous|@staged: the name that is most likely meant; nothing when there is none.
meant() {
  case $1 in
    @previous) [ ! -f .releases/previous ] || { read -r name <.releases/previous && echo "$name"; } ;;
    # The record that was made last.
    @staged) ls -t .releases/records 2>/dev/null | sed -n '1s/\.json$//p' ;;
  esac
}

# The part of a listing that the runner can know beforehand: kind, size, path; as one digest.
proof() {
  sed -e 's/^4[^ ]* [0-9]* [0-9]* /4 0 /' -e 's/^\(.\)[^ ]* \([0-9]*\) [0-9]* /\1 \2 /' | sort | digest
}

# Ends its shell: only at the end of a $( ).
digest() {
  if command -v sha256sum >/dev/null 2>&1; then exec sha256sum
  elif command -v shasum >/dev/null 2>&1; then exec shasum -a 256
  else exec sha256
  fi
}
