# What an upload may begin with, instead of sending it.

# prepare KEY: a copy of the release that is served, in hard links, but for what is no longer as it was proven; and the hash of each of
# its files, or none (`- 0 PATH`) where it is there and not offered. KEY: what the hashes were made with. In the trash, where whatever is not used goes with the rest.
prepare() {
  key=$1 draft=.releases/trash/offer.$RUN
  basis=$LIVE
  [ -n "$basis" ] && [ ! -L "$RELEASES/$basis" ] && [ -f ".releases/content/$basis" ] || return 1
  remove "$draft"
  mkdir -- "$draft" "$draft/tree" && copy_proven
}

# A file counts as it was when mode, size and date are those of the index, and the date is older than its listing (see look_at); else,
# what it holds decides. Odd lines come from odd names; then nothing counts, nor does what the runner would take for an answer without end.
copy_proven() {
  proven=$(modified ".releases/index/$basis") && gzip -dc <".releases/content/$basis" >"$draft/content" || return 1
  cp -RlP -- "$RELEASES/$basis/." "$draft/tree/" && ( entries "$draft/tree" ) >"$draft/seen" || return 1
  unpack ".releases/index/$basis" | awk -v proven="$proven" -v key="$key" -v struck="$draft/struck" -v young="$draft/young" '
    at == 1 { proof[$0]; next }
    at == 2 && FNR == 1 { if ($0 != key) exit bad = 1; next }
    at == 2 && $0 == "." { whole = 1; next }
    at == 2 { hash[substr($0, length($1 $2) + 3)] = $0; next }
    { path = substr($0, length($1 $2 $3) + 4) }
    path !~ /^\.\// { exit bad = 1 }
    /^4/ { next }
    /^8/ && ($0 in proof) && (path in hash) && ($3 < proven || (fresh += $2) <= 67108864) {
      if ($3 < proven) print hash[path]; else print hash[path] >young
      told += length(hash[path]) + 1
      next
    }
    { print path >struck }
    /^8/ && (path in hash) { print "- 0 " path; told += length(path) + 5 }
    END { exit bad || !whole || told > 30000000 }' at=1 - at=2 "$draft/content" at=3 "$draft/seen" >"$draft/same" || return 1
  [ ! -f "$draft/young" ] || prove || return 1
  # In one order, so that hosts that hold the same offer the same.
  sort -k 3 "$draft/same" >"$draft/kept" || return 1
  [ ! -f "$draft/struck" ] || discard "$draft/struck"
}

# Files of the very second of their proof, mostly the few that came last: whether they hold what they were sent with. A hash is the first
# 16 bytes of SHA-256 in base64url.
prove() {
  cut -d ' ' -f 3- "$draft/young" | tr '\n' '\0' | ( cd -- "$draft/tree" && xargs -0 sha256sum ) 2>/dev/null |
    awk -v struck="$draft/struck" '
      function digit(at) { return index("0123456789abcdef", substr($1, at, 1)) - 1 }
      function letter(at) { return substr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", at + 1, 1) }
      function short(  text, at, bits) {
        for (at = 1; at < 31; at += 3) {
          bits = digit(at) * 256 + digit(at + 1) * 16 + digit(at + 2)
          text = text letter(int(bits / 64)) letter(bits % 64)
        }
        bits = digit(31) * 16 + digit(32)
        return text letter(int(bits / 4)) letter(bits % 4 * 16)
      }
      at == 1 { line[substr($0, length($1 $2) + 3)] = $0; hash[substr($0, length($1 $2) + 3)] = $1; next }
      { path = substr($0, 67) }
      (path in line) && hash[path] == short() { print line[path]; delete line[path] }
      END { for (path in line) { print path >>struck; print "- 0 " path } }' at=1 "$draft/young" at=2 - >>"$draft/same"
}
