import type { Redis } from 'ioredis'
import { sql, SWEEP_AGE, SWEEP_BEHIND_S } from '@almagest/schema'
import type { MikroORM } from '@almagest/schema/orm'
import type { Subgraph } from './data-source.ts'

const PROBE_MS = 1000

/** What `/readyz` answers. */
export interface Readiness {
  /** `degraded`: filing and reading work, but what was asked for begins later: Redis is away, or no worker sweeps. `unavailable`: something needed is away. */
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
      sweep: sweptLately(orm),
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
    const status = away.length === 0 ? 'ready' : away.every(name => name === 'redis' || name === 'sweep') ? 'degraded' : 'unavailable'
    return { status, checks: Object.fromEntries(answers) }
  }

  return {
    check() {
      running ??= check().finally(() => (running = null))
      return running
    },
  }
}

/** Rejects when no worker looked at the rows for so long that nothing is deleted any more. */
async function sweptLately(orm: MikroORM): Promise<void> {
  const [row] = await sql<{ age: number | null }>(orm.em.fork(), `/* sweepAge */ select ${SWEEP_AGE} as age`)
  if ((row?.age ?? null) === null || Number(row?.age) >= SWEEP_BEHIND_S) throw new Error('the last sweep is too long ago')
}
