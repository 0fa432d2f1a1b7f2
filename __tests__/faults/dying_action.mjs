// Loaded into the action before it (NODE_OPTIONS=--import): the n-th time it writes to a socket or starts a program, all of it is killed.
import { writeFileSync } from 'node:fs'
import net from 'node:net'

const last = Number(process.env.DIES_AT)
const told = process.env.DIES_TELL
// Only the action itself: rsync's bridge is node as well.
const main = process.argv[1]?.endsWith('main.js')
let steps = 0

const write = net.Socket.prototype._writeGeneric
net.Socket.prototype._writeGeneric = function (...args) {
  // Its log is no step.
  if (main && this !== process.stdout && this !== process.stderr && ++steps === last) {
    writeFileSync(told, String(steps))
    process.kill(-process.pid, 'SIGKILL')
  }
  return write.apply(this, args)
}
