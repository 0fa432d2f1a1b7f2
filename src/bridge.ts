// rsync's `-e` program: hands rsync's stream to the running action, which has the one authenticated connection to the host.

import { connect } from 'node:net'

const [token, path] = (process.env.RELEASES_BRIDGE ?? '').split(/@(.*)/s)
const socket = connect(path ?? '')
socket.on('error', () => process.exit(255))
socket.on('connect', () => {
  socket.write(`${JSON.stringify([token, ...process.argv.slice(2)])}\n`)
  process.stdin.pipe(socket)
  socket.pipe(process.stdout)
})
process.stdout.on('error', () => process.exit(255))
socket.on('close', (failed) => process.exit(failed ? 255 : 0))
