# What a directory holds, entry by entry; sent with the upload and with the session.

listing() { entries "$1" | sort; }

# One line an entry below DIR: mode in hex, size, mtime, path. Ends its shell: only in a pipeline or ( ).
entries() {
  cd -- "$1" && case $STAT in
    gnu) exec find . ! -name . -exec stat -c '%f %s %Y %n' {} + ;;
    *) exec find . ! -name . -exec stat -f '%Xp %z %m %N' {} + ;;
  esac
}

# Ends its shell: only in a $( ).
modified() {
  case $STAT in
    gnu) exec stat -c %Y "$1" ;;
    *) exec stat -f %m "$1" ;;
  esac
}

# pack FILE TO: an index is a tenth of its size when the host has gzip. One written before it had is read all the same.
pack() {
  if command -v gzip >/dev/null 2>&1; then gzip -c <"$1" >"$2"; else cat "$1" >"$2"; fi
}

unpack() { gzip -dc <"$1" 2>/dev/null || cat "$1"; }

# discard LIST: files and links of the draft, and the directories that are empty without them; what is sent brings those it wants. The
# longer way is for directories that their owner may not write in, and for a find that knows less.
discard() {
  { remove_listed "$1" && locked=$(remove_empty) && [ -z "$locked" ]; } 2>/dev/null || {
    ( cd -- "$draft/tree" && find . -type d \( ! -perm -0700 -o -perm -2000 \) -exec chmod u+rwx,g-s {} + )
    remove_listed "$1" || return 1
    ( cd -- "$draft/tree" && find . -depth -type d ! -name . -exec rmdir -- {} + ) 2>/dev/null || :
  }
}

# Tells those in which it may have failed: not every find does. One that hands its group on would do so to what tar makes in it.
remove_empty() {
  cd -- "$draft/tree" &&
    find . -depth -type d \( ! -perm -0700 -print -o ! -name . -empty -delete -o -perm -2000 -exec chmod g-s {} + \)
}

remove_listed() { [ ! -s "$1" ] || tr '\n' '\0' <"$1" | ( cd -- "$draft/tree" && xargs -0 rm -f -- ); }

# Only who may write into a directory may move it: its ".." changes.
relocate() {
  open_up "$1"
  mv -- "$1" "$2"
}

open_up() { [ -w "$1" ] || chmod u+w "$1" || :; }

# writable PATH: whether to write there neither waits for a reader nor goes through a link.
writable() { [ ! -L "$1" ] && { [ ! -e "$1" ] || [ -f "$1" ]; }; }
