# rsync's `-e` program for the floor: descriptors 3 and 4 lead into the process that has the connection. Says first what to start.
shift
printf '%s\n' "$*" >&4
# Not from descriptor 0: what a shell starts in the background gets an empty stdin. Ends with the host's side, as ssh does.
exec 5<&0
cat <&5 >&4 &
cat <&3
kill $!
