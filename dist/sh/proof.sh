# What a release was when it was proven whole, and whether it still is.

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

# renew RELEASE: what commands here have made of what came with the upload is what it is from now on; what they made beside it stays theirs,
# to be taken away again some day. The date of the proof stays, and of what they changed no hash says anything any more. Names with a
# newline cannot be told apart like this: with one of those, all stays as it was.
do_renew() {
  plain "$1" && [ -d "$RELEASES/$1" ] && [ ! -L "$RELEASES/$1" ] || refuse gone
  index=.releases/index/$1 content=.releases/content/$1 draft=.releases/index/$1.$RUN~
  [ -f "$index" ] || return 0
  rm -f "$draft"*
  # Something may vanish while it is listed; then all of it is listed anew.
  seen() { ( entries "$RELEASES/$1" ) >"$draft~now" 2>/dev/null; }
  seen "$1" || seen "$1" || {
    rm -f "$draft"*
    return 0
  }
  unpack "$index" | awk -v other="$draft~other" '
    { path = substr($0, length($1 $2 $3) + 4) }
    at == 1 && path !~ /^\.\// { exit odd = 1 }
    at == 1 { came[path] = $0; next }
    path in came { print; if ($0 == came[path] || /^4/) delete came[path] }
    END { if (!odd) for (path in came) print path >other; exit odd }' at=1 - at=2 "$draft~now" >"$draft~new" || {
    rm -f "$draft"*
    return 0
  }
  if [ -f "$draft~other" ]; then
    # First what makes less of it known.
    if [ -f "$content" ] && ! gzip -dc <"$content" >"$draft~held" 2>/dev/null; then
      rm -f "$content"
    elif [ -f "$content" ]; then
      awk 'at == 1 { other[$0]; next } FNR == 1 || !(substr($0, length($1 $2) + 3) in other)' \
        at=1 "$draft~other" at=2 "$draft~held" >"$draft~left"
      pack "$draft~left" "$content.$RUN~"
      flush "$content.$RUN~"
      mv -f -- "$content.$RUN~" "$content"
    fi
    pack "$draft~new" "$draft~packed"
    touch -r "$index" "$draft~packed"
    flush "$draft~packed"
    mv -f -- "$draft~packed" "$index"
    say renewed
  fi
  rm -f "$draft"*
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
