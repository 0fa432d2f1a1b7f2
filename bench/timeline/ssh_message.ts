// An SSH message in a few words: its name (RFC 4250, 4.1.2), and what a channel carries.

const names: Readonly<Record<number, string>> = {
  1: 'DISCONNECT',
  2: 'IGNORE',
  4: 'DEBUG',
  5: 'SERVICE_REQUEST',
  6: 'SERVICE_ACCEPT',
  7: 'EXT_INFO',
  20: 'KEXINIT',
  50: 'USERAUTH_REQUEST',
  51: 'USERAUTH_FAILURE',
  52: 'USERAUTH_SUCCESS',
  60: 'USERAUTH_PK_OK',
  80: 'GLOBAL_REQUEST',
  81: 'REQUEST_SUCCESS',
  82: 'REQUEST_FAILURE',
  90: 'CHANNEL_OPEN',
  91: 'CHANNEL_OPEN_CONFIRMATION',
  92: 'CHANNEL_OPEN_FAILURE',
  93: 'CHANNEL_WINDOW_ADJUST',
  94: 'CHANNEL_DATA',
  95: 'CHANNEL_EXTENDED_DATA',
  96: 'CHANNEL_EOF',
  97: 'CHANNEL_CLOSE',
  98: 'CHANNEL_REQUEST',
  99: 'CHANNEL_SUCCESS',
  100: 'CHANNEL_FAILURE',
}

const SHOWN = 70

/** @param payload a message from its number on; may be cut. */
export function describeMessage(payload: Buffer): string {
  const number = payload[0] ?? 0
  const name = names[number] ?? `message ${number}`
  try {
    if (number === 50) return `${name} ${authentication(payload)}`
    if (number === 98) return `${name} ${channel(payload)} ${text(payload, 5)}`
    if (number === 94) return `${name} ${channel(payload)} ${preview(field(payload, 5).value)}`
    return number > 90 ? `${name} ${channel(payload)}` : name
  } catch {
    return name
  }
}

function channel(payload: Buffer): string {
  return `#${payload.readUInt32BE(1)}`
}

/** The string at `at`, and where it ends. */
function field(payload: Buffer, at: number): { readonly value: Buffer; readonly end: number } {
  const end = at + 4 + payload.readUInt32BE(at)
  return { value: payload.subarray(at + 4, end), end }
}

function text(payload: Buffer, at: number): string {
  return field(payload, at).value.toString()
}

function authentication(payload: Buffer): string {
  const service = field(payload, field(payload, 1).end)
  const method = field(payload, service.end)
  const signed = method.value.toString() === 'publickey' && payload[method.end] === 1
  return `${method.value}${signed ? ', signed' : ''}`
}

function preview(data: Buffer): string {
  return data
    .subarray(0, SHOWN)
    .toString('latin1')
    .replace(/[0-9a-f]{24} /g, '')
    .replace(/[^\x20-\x7e]+/g, '·')
}
