import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Makes what ends an HTTP server: from then on no new connection, those on which nothing is asked are closed at once, the others when they are
 * answered, or after `drainMs`.
 */
export function openDrain(server: Server): (drainMs: number) => Promise<void> {
  const pending = new Map<Socket, number>()
  let draining = false
  const count = (socket: Socket, more: number): void => {
    const now = pending.get(socket)
    if (now === undefined) return
    pending.set(socket, now + more)
    if (draining && now + more === 0) socket.end()
  }
  server.on('connection', socket => {
    pending.set(socket, 0)
    socket.once('close', () => pending.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    count(socket, 1)
    response.once('close', () => count(socket, -1))
  })
  return async drainMs => {
    draining = true
    const closed = new Promise(resolve => server.close(resolve))
    for (const [socket, asked] of pending) if (asked === 0) socket.end()
    const force = setTimeout(() => server.closeAllConnections(), drainMs)
    await closed
    clearTimeout(force)
  }
}
