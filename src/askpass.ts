// The program that OpenSSH asks for a password: it asks the running action, which alone knows it.

import { connect } from 'node:net'

const socket = connect(process.env.RELEASES_ANSWERS ?? '')
socket.on('error', () => process.exit(255))
socket.on('connect', () => {
  socket.write(`${JSON.stringify(process.argv.slice(2))}\n`)
  socket.pipe(process.stdout)
})
process.stdout.on('error', () => process.exit(255))
socket.on('close', (failed) => process.exit(failed ? 255 : 0))
