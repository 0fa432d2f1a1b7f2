# rsync's `-e` program: hands rsync's stream to the running action, which has the one authenticated connection to the host. Its own
# arguments, the host's name and what rsync wants to run there, go first, a line each, up to an empty one.
# Both pipes are open before the first word: whoever has heard it may close its end, and that is noticed.
exec 3>"$RELEASES_BRIDGE.out" 4<&0 5<"$RELEASES_BRIDGE.in" || exit 255
printf '%s\n' "$@" '' >&3
# Ends with the host's side, as ssh does; and when rsync has gone, nobody is left to wait for.
{ cat <&4 >&3; kill $$; } >/dev/null 2>&1 &
exec cat <&5 3>&- 4<&- 5<&-
