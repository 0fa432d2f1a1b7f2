// Loaded into the action before it: its clock is off by CLOCK_OFF seconds.
const off = Number(process.env.CLOCK_OFF) * 1000
const now = Date.now
Date.now = () => now() + off
const Real = Date
globalThis.Date = class extends Real {
  constructor(...args) {
    if (args.length === 0) super(Date.now())
    else super(...args)
  }
}
