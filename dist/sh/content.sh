# What a directory holds, entry by entry; sent with the upload and with the session.

listing() { entries "$1" | sort; }

# One line an entry below DIR: mode in hex, size, mtime, path.
entries() {
  ( cd -- "$1" && case $STAT in
    gnu) find . ! -name . -exec stat -c '%f %s %Y %n' {} + ;;
    *) find . ! -name . -exec stat -f '%Xp %z %m %N' {} + ;;
    esac )
}

# Whose options stat has, found out once.
which_stat() { if stat -c %f . >/dev/null 2>&1; then STAT=gnu; else STAT=bsd; fi; }

modified() { stat -c %Y "$1" 2>/dev/null || stat -f %m "$1"; }

# pack FILE TO: an index is a tenth of its size when the host has gzip. One written before it had is read all the same.
pack() {
  if command -v gzip >/dev/null 2>&1; then gzip -c <"$1" >"$2"; else cat "$1" >"$2"; fi
}

unpack() { gzip -dc <"$1" 2>/dev/null || cat "$1"; }

# discard LIST: files and links of the draft, and the directories that are empty without them; rsync makes those it wants.
discard() {
  [ ! -s "$1" ] || tr '\n' '\0' <"$1" | ( cd -- "$draft/tree" && xargs -0 rm -f -- ) || return 1
  ( cd -- "$draft/tree" && find . -depth -type d ! -name . -exec rmdir -- {} + ) 2>/dev/null || :
}
