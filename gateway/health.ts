import type { Redis } from 'ioredis'
import { Agent, request } from 'undici'
import { sql } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'

const PROBE_MS = 1000

/** What `/readyz` answers. */
export interface Readiness {
  /** `degraded`: filing and reading work, but what was asked for begins only with the next sweep. `unavailable`: something needed is away. */
  readonly status: 'ready' | 'degraded' | 'unavailable'
  /** What answered within a second, by name. */
  readonly checks: Readonly<Record<string, 'ok' | 'unavailable'>>
}

/** What is asked whether it answers. */
export interface HealthOptions {
  /** The addresses of the subgraphs' GraphQL endpoints, by name; `/healthz` is asked beside them. */
  subgraphs: Readonly<Record<string, string>>
  orm: MikroORM
  redis: Redis
}

/** The probes of `/readyz`; disposing of them closes their connections. */
export interface Health extends AsyncDisposable {
  /** Asks all that an answer may need; callers at the same moment share one asking. */
  check(): Promise<Readiness>
}

/** Opens the probes of `/readyz`, on connections of their own: a subgraph that is busy but lives is ready. */
export function openHealth({ subgraphs, orm, redis }: HealthOptions): Health {
  const dispatcher = new Agent({ connections: 1, connect: { timeout: PROBE_MS } })
  let running: Promise<Readiness> | null = null

  const probe = async (url: string, signal: AbortSignal): Promise<void> => {
    const { statusCode, body } = await request(new URL('/healthz', url), { dispatcher, signal })
    await body.dump()
    if (statusCode !== 200) throw new Error(`it answered ${statusCode}`)
  }
  const check = async (): Promise<Readiness> => {
    const signal = AbortSignal.timeout(PROBE_MS)
    const late = new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const asked: Record<string, Promise<unknown>> = {
      ...Object.fromEntries(Object.entries(subgraphs).map(([name, url]) => [name, probe(url, signal)])),
      postgresql: sql(orm.em.fork(), '/* readyz */ select 1'),
      redis: redis.ping(),
    }
    const answers = await Promise.all(
      Object.entries(asked).map(async ([name, answer]) => {
        const ok = await Promise.race([answer, late]).then(
          () => true,
          () => false,
        )
        return [name, ok ? 'ok' : 'unavailable'] as const
      }),
    )
    const away = answers.filter(([, state]) => state !== 'ok').map(([name]) => name)
    const status = away.length === 0 ? 'ready' : away.every(name => name === 'redis') ? 'degraded' : 'unavailable'
    return { status, checks: Object.fromEntries(answers) }
  }

  return {
    check() {
      running ??= check().finally(() => (running = null))
      return running
    },
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy()
    },
  }
}
