import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A line to a server that goes wrong in ways that are told. */
export interface Proxy extends AsyncDisposable {
  readonly url: string
  /** How many connections were made. */
  readonly connections: number
  /** How many were cut. */
  readonly cuts: number
}

/** What a proxy does to a connection, by its number. */
export interface Fault {
  /** Cuts it when so many bytes came from the server. */
  readonly after: number
  /** Whether by a reset or by an ordinary end. */
  readonly by: 'RESET' | 'END'
}

/** Starts a proxy to an HTTP server on this machine; `faultOf` is asked for each connection. */
export async function startProxy(target: string, faultOf: (connection: number) => Fault | null): Promise<Proxy> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  let connections = 0
  let cuts = 0
  const server = createServer({ noDelay: true }, near => {
    const fault = faultOf(connections++)
    const far = connect({ host: hostname, port: Number(port), noDelay: true })
    let passed = 0
    const end = (): void => {
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', end).on('close', () => {
        open.delete(socket)
        end()
      })
    }
    near.pipe(far)
    far.on('data', (chunk: Buffer) => {
      const room = fault ? fault.after - passed : Infinity
      passed += chunk.length
      if (passed < (fault?.after ?? Infinity)) {
        if (!near.write(chunk)) {
          far.pause()
          near.once('drain', () => far.resume())
        }
        return
      }
      cuts += 1
      if (fault?.by === 'RESET') {
        near.resetAndDestroy()
        far.destroy()
      } else near.end(chunk.subarray(0, room), () => far.destroy())
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections
    },
    get cuts() {
      return cuts
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
