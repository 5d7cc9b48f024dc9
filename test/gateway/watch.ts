/** Tells on stderr every name that is looked up and every connection that is opened, and to where. */
export const WATCH = `--import=data:text/javascript,${encodeURIComponent(`
  import dns from 'node:dns'
  import net from 'node:net'
  const { connect } = net.Socket.prototype
  net.Socket.prototype.connect = function (...args) {
    const [to, host] = Array.isArray(args[0]) ? args[0] : args
    const { path, ...address } = typeof to === 'object' ? to : typeof to === 'number' ? { host, port: to } : { path: to }
    console.error('CONNECT ' + (path ?? address.host + ':' + address.port))
    return connect.apply(this, args)
  }
  for (const of of [dns, dns.promises]) {
    const { lookup } = of
    of.lookup = (name, ...rest) => (console.error('LOOKUP ' + name), lookup(name, ...rest))
  }
`)}`

/** What a process that was watched connected to, and what it looked up, of all that it wrote. */
export function connections(output: string): string[] {
  return [...output.matchAll(/^(?:CONNECT|LOOKUP) (.*)$/gm)].map(([, to = '']) => to)
}
