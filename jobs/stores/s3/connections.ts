import { openLine, type Line } from '../../line.ts'

const IDLE_AT_MOST = 8

/** A range of an object that is asked for: `into` takes its bytes, which begin at `at` of the object that has this ETag. */
export interface RangeOrder {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly at: number
  readonly etag: string
  readonly into: Buffer
  readonly signal: AbortSignal
}

/** Connections over which ranges of objects come, and nothing else. */
export interface Connections {
  /**
   * Fills a buffer and returns how much of it is right. That is less than all of it where the service answered with anything but exactly this range, or
   * broke off: why, is not its business. Throws only the reason of the signal.
   */
  readInto(order: RangeOrder): Promise<number>
}

/** Opens connections to a service. */
export function openConnections(endpoint: string, { silenceMs }: { silenceMs: number }): Connections {
  const url = new URL(endpoint)
  const idle: Line[] = []
  return {
    async readInto({ path, headers, at, etag, into, signal }) {
      const line = idle.pop() ?? openLine(url, { silenceMs })
      let filled = 0
      try {
        await line.get({
          path,
          headers,
          range: { start: at, end: at + into.length - 1 },
          signal,
          isIt: found => found.get('etag')?.replaceAll('"', '') === etag && !found.has('content-encoding'),
          room: () => into.subarray(filled),
          came(bytes) {
            filled += bytes
            return null
          },
        })
        return filled
      } finally {
        if (idle.length < IDLE_AT_MOST) idle.push(line)
        else line[Symbol.dispose]()
      }
    },
  }
}
