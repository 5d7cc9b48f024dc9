import type { Redis } from 'ioredis'
import { sql } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'
import type { Subgraph } from './data-source.ts'

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
  subgraphs: readonly Subgraph[]
  orm: MikroORM
  redis: Redis
}

/** The probes of `/readyz`. */
export interface Health {
  /** Asks all that an answer may need; callers at the same moment share one asking. */
  check(): Promise<Readiness>
}

/** Makes the probes of `/readyz`: subgraphs are asked on connections of their own, for one that is busy but lives is ready. */
export function openHealth({ subgraphs, orm, redis }: HealthOptions): Health {
  let running: Promise<Readiness> | null = null

  const check = async (): Promise<Readiness> => {
    const signal = AbortSignal.timeout(PROBE_MS)
    const late = new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const asked: Record<string, Promise<unknown>> = {
      ...Object.fromEntries(subgraphs.map(({ name, ping }) => [name, ping()])),
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
  }
}
