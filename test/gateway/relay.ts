import { connect, createServer, type Server } from 'node:net'

/** Where connections go: a port of this machine, or the path of a socket. */
export type End = { readonly port: number; readonly host: string } | { readonly path: string }

/** Passes the connections to one end on to another, until closed: across network namespaces, for instance, which share the file system. */
export async function openRelay(from: End, to: End): Promise<Server> {
  const server = createServer(near => {
    const far = connect(to)
    for (const socket of [near, far]) socket.on('error', () => [near, far].forEach(other => other.destroy()))
    near.pipe(far).pipe(near)
  })
  await new Promise<void>(resolve => server.listen(from, resolve))
  return server
}
