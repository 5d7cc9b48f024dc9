import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Where a connection leads: a port of this machine, or a socket of its file system. */
export type Target = { readonly port: number } | { readonly path: string }

/** What happens to one connection. */
export interface Trouble {
  /** It is closed as soon as it is made. */
  readonly refused?: boolean
  /** Every piece comes so much later, in both directions. */
  readonly latencyMs?: number
  /** As many bytes per second come from the server. */
  readonly bytesS?: number
  /**
   * When so many bytes came from the server it is cut: by a reset, by an ordinary end, or nothing comes any more and nothing says so to the client. To the
   * server it is said after `goneMs`, as its own host finds out by asking; left out: never.
   */
  readonly cut?: { readonly after: number; readonly by: 'RESET' | 'END' | 'SILENCE'; readonly goneMs?: number }
  /** The byte at this place of what comes from the server is another. */
  readonly corruptAt?: number
  /** When the client sends this, for the `after`-th time plus one, it is cut: the server gets it and its reply is lost, or the server never gets it. */
  readonly cutAt?: { readonly request: RegExp; readonly lose: 'REPLY' | 'REQUEST'; readonly after: number }
}

/** A line between two processes that goes wrong as it is told. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number
  /** What the line does to connections that are made from now on; asked for each, by its number. */
  trouble(decide: ((connection: number) => Trouble | null) | null): void
  /** Leads elsewhere from now on: the server was started again. */
  lead(target: Target): void
  /** Cuts all connections that there are by a reset; returns how many. */
  reset(): number
  /** Nothing passes any more, in either direction, and nothing says so; until it is called with `false`. */
  hang(hanging: boolean): void
  /** How many connections were made, and how many were harmed. */
  readonly counts: { connections: number; harmed: number; bytes: number }
}

interface Connection {
  readonly near: Socket
  readonly far: Socket
}

/** Starts a proxy on 127.0.0.1; without a target it refuses. */
export async function startFaultProxy(target: Target | null = null): Promise<FaultProxy> {
  let leads = target
  let decide: ((connection: number) => Trouble | null) | null = null
  let gate: PromiseWithResolvers<void> | null = null
  const open = new Set<Connection>()
  const counts = { connections: 0, harmed: 0, bytes: 0 }
  const waitWhileHanging = async (): Promise<void> => gate?.promise
  const server = createServer({ noDelay: true, allowHalfOpen: true }, near => {
    const trouble = decide?.(counts.connections) ?? {}
    counts.connections += 1
    near.on('error', () => near.destroy())
    if (leads === null || trouble.refused) {
      if (trouble.refused) counts.harmed += 1
      near.resetAndDestroy()
      return
    }
    const far = 'port' in leads ? connect({ ...leads, host: '127.0.0.1', allowHalfOpen: true }) : connect({ ...leads, allowHalfOpen: true })
    far.setNoDelay(true)
    const connection = { near, far }
    open.add(connection)
    const line: Line = { ...connection, trouble, counts, waitWhileHanging, silent: false, matched: 0, lost: false }
    far.on('error', () => near.resetAndDestroy())
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('close', () => {
        if (other.destroyed) open.delete(connection)
        else if (!line.silent) other.destroy()
      })
    }
    void carry(
      near,
      chunk => toServer(line, chunk),
      () => far.end(),
    )
    void carry(
      far,
      chunk => toClient(line, chunk),
      () => near.end(),
    )
  })

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    trouble(next) {
      decide = next
    },
    lead(next) {
      leads = next
    },
    reset() {
      const cut = [...open]
      for (const { near, far } of cut) {
        near.resetAndDestroy()
        far.destroy()
      }
      counts.harmed += cut.length
      return cut.length
    },
    hang(next) {
      if (next && gate === null) {
        counts.harmed += open.size
        gate = Promise.withResolvers()
      } else if (!next) {
        gate?.resolve()
        gate = null
      }
    },
    async [Symbol.asyncDispose]() {
      gate?.resolve()
      gate = null
      const closed = new Promise(resolve => server.close(resolve))
      for (const { near, far } of open) {
        near.destroy()
        far.destroy()
      }
      await closed
    },
  }
}

interface Line extends Connection {
  readonly trouble: Trouble
  readonly counts: FaultProxy['counts']
  readonly waitWhileHanging: () => Promise<void>
  /** Nothing comes any more, and nothing says so. */
  silent: boolean
  /** How often the request that is to be cut came. */
  matched: number
  /** The reply to what comes next is lost. */
  lost: boolean
  passed?: number
}

/** Takes pieces one after the other, the next when the one before was passed on. */
async function carry(from: Socket, pass: (chunk: Buffer) => Promise<void>, end: () => void): Promise<void> {
  try {
    for await (const chunk of from.iterator({ destroyOnReturn: false })) await pass(chunk as Buffer)
    end()
  } catch {
    from.destroy()
  }
}

async function toServer(line: Line, chunk: Buffer): Promise<void> {
  const { near, far, trouble, counts } = line
  await line.waitWhileHanging()
  if (trouble.latencyMs) await delay(trouble.latencyMs)
  if (line.silent) return
  if (trouble.cutAt?.request.test(chunk.toString('latin1')) && line.matched++ === trouble.cutAt.after) {
    counts.harmed += 1
    if (trouble.cutAt.lose === 'REQUEST') {
      near.resetAndDestroy()
      far.destroy()
      return
    }
    line.lost = true
  }
  await send(far, chunk)
}

async function toClient(line: Line, chunk: Buffer): Promise<void> {
  const { near, far, trouble, counts } = line
  await line.waitWhileHanging()
  if (trouble.latencyMs) await delay(trouble.latencyMs)
  if (line.silent) return
  if (line.lost) {
    near.resetAndDestroy()
    far.destroy()
    return
  }
  const before = line.passed ?? 0
  line.passed = before + chunk.length
  counts.bytes += chunk.length
  const { corruptAt, cut, bytesS } = trouble
  if (corruptAt !== undefined && corruptAt >= before && corruptAt < line.passed) {
    counts.harmed += 1
    chunk = Buffer.from(chunk)
    chunk[corruptAt - before] = (chunk[corruptAt - before] ?? 0) ^ 0x10
  }
  if (bytesS) await delay((chunk.length / bytesS) * 1_000)
  if (!cut || line.passed < cut.after) return send(near, chunk)
  counts.harmed += 1
  await send(near, chunk.subarray(0, cut.after - before))
  if (cut.by === 'SILENCE') {
    line.silent = true
    if (cut.goneMs !== undefined) setTimeout(() => far.destroy(), cut.goneMs).unref()
    return
  }
  if (cut.by === 'RESET') near.resetAndDestroy()
  else near.end()
  far.destroy()
}

function send(to: Socket, chunk: Buffer): Promise<void> | void {
  if (to.destroyed || chunk.length === 0 || to.write(chunk)) return
  return new Promise(resolve => {
    const done = (): void => {
      to.off('drain', done).off('close', done)
      resolve()
    }
    to.on('drain', done).on('close', done)
  })
}
