import { Redis } from 'ioredis'
import type { Log } from './log.ts'

/** Connects to Redis for those who only nudge and look: a command fails at once while it is away. Its coming and going is logged once each. */
export function openRedis(url: string, log: Log): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 5000,
    disconnectTimeout: 200,
    socketTimeout: 10_000,
    retryStrategy: attempt => Math.min(attempt * 200, 2000),
  })
  let reachable: boolean | null = null
  const becomes = (now: boolean, reason?: string): void => {
    if (reachable === now) return
    reachable = now
    if (now) log.info({ event: 'redis.reachable' })
    else log.warn({ event: 'redis.unreachable', reason })
  }
  return redis.on('ready', () => becomes(true)).on('error', (error: NodeJS.ErrnoException) => becomes(false, error.code ?? error.message))
}
