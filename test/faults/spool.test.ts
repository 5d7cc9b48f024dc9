import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { expect, inject } from 'vitest'
import { dataPackage } from '@almagest/data-package'
import { startSubgraph } from '@almagest/kit'
import { staging } from '@almagest/staging'
import { storage } from '@almagest/storage'
import { test as base } from '../fixtures.ts'
import { KEY } from '../gateway/key.ts'
import { LONG } from '../long.ts'
import { makeTopologyInUse } from '../make.ts'
import { judgeFilings } from './filings.ts'
import { openInstrument } from './instrument.ts'
import { makePart, type Part } from './part.ts'
import { startFaultProxy, type FaultProxy, type Trouble } from './proxy.ts'
import { openRandom, type Random } from './random.ts'
import { report } from './report.ts'
import { seedsOf } from './trial.ts'

/** At how many moments something is killed or cut, in the first seed of the long form and else. */
const MOST_POINTS = 1_000
const POINTS = 40

interface Centre {
  /** Where instruments find it. */
  readonly url: string
  /** From the instruments to the gateway, and from there to who files. */
  readonly lines: Readonly<Record<'front' | 'inner', FaultProxy>>
  readonly parts: Readonly<Record<'gateway' | 'observation', Part>>
  /** Starts a part, and lets its line lead there. */
  start(name: 'gateway' | 'observation'): Promise<void>
}

/** A gateway, and the subgraph that files, as processes that can be killed, with lines that can go wrong. */
const test = base.extend<{ centre: Centre }>({
  centre: async ({ orm, queue, databaseUrl, prefix, root }, use) => {
    await using opened = new AsyncDisposableStack()
    const lines = { front: opened.use(await startFaultProxy()), inner: opened.use(await startFaultProxy()) }
    const common = {
      DATABASE_URL: databaseUrl,
      REDIS_URL: inject('redis'),
      QUEUE_PREFIX: prefix,
      PORT: '0',
    }
    const env: Record<string, string> = { ...common, SUBGRAPH_TIMEOUT_MS: '2000' }
    const know = (name: string, url: string): void => {
      const setting = `SUBGRAPH_${name.toUpperCase().replace('-', '_')}`
      Object.assign(env, { [`${setting}_URL`]: url, [`${setting}_KEY`]: KEY })
    }
    const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
    for (const subgraph of [dataPackage, storage, staging])
      know(subgraph.name, opened.use(await startSubgraph(subgraph, { orm, queue, log, keys: [KEY], now: Date.now })).url)
    know('observation', `http://127.0.0.1:${lines.inner.port}/graphql`)
    const part = (name: string, options: Pick<Parameters<typeof makePart>[0], 'script' | 'env' | 'ready'>): Part =>
      opened.use(makePart({ name, logs: root, ...options }))
    const parts = {
      gateway: part('gateway', { script: 'gateway/main.ts', env, ready: 'gateway.started' }),
      observation: part('observation', {
        script: 'subgraphs/observation/main.ts',
        env: { ...common, SUBGRAPH_KEYS: KEY },
        ready: 'listening',
      }),
    }
    const start = async (name: keyof typeof parts): Promise<void> => {
      const url = await parts[name].start()
      lines[name === 'gateway' ? 'front' : 'inner'].lead({ port: Number(new URL(url ?? '').port) })
    }
    await Promise.all([start('gateway'), start('observation')])
    await use({ url: `http://127.0.0.1:${lines.front.port}`, lines, parts, start })
  },
})

test.for(seedsOf({ short: [1], long: 20 }))(
  'UC-1.5 UC-1.2 F26 what two instruments filed through a spool is in the catalogue, whole and once, whatever ended: they, the gateway, the subgraph, the network (seed %i)',
  { timeout: LONG ? 3_600_000 : 180_000 },
  async (seed, { em, root, databaseUrl, centre }) => {
    const began = performance.now()
    const points = LONG && seed === 1 ? MOST_POINTS : POINTS
    const servers = Math.ceil(points * 0.06)
    // Half are the end of an instrument's process.
    const ends = Math.ceil(points / 2)
    const cuts = points - ends - servers
    const { obsUnit, instrument } = await makeTopologyInUse(em, root)
    const random = openRandom(`F26/${seed}`)
    const folder = join(root, 'spool')
    const injected: string[] = []
    const args = [folder, centre.url, obsUnit.id, instrument.name]
    await using opened = new AsyncDisposableStack()
    const names = [`a${seed}`, `b${seed}`] as const
    const [a, b] = names.map(series =>
      opened.use(openInstrument(series, args, { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '' })),
    )
    if (!a || !b) throw new Error('there are two')

    let lives = 0
    const live = async (which: typeof a, decide: Random): Promise<void> => {
      for (; lives < ends; injected.push(await which.live(decide))) lives += 1
    }
    await Promise.all([
      live(a, random.fork('a')),
      live(b, random.fork('b')),
      killServers(centre, { times: servers, random: random.fork('servers'), did: what => injected.push(what) }),
      cutLines(centre, { times: cuts, random: random.fork('lines'), did: what => injected.push(what) }),
    ])
    for (const line of Object.values(centre.lines)) {
      line.trouble(null)
      line.reset()
    }
    const drained = [await a.drain(), await b.drain()]

    const db = new pg.Client(databaseUrl)
    await db.connect()
    const broken = await judgeFilings(db, { [names[0]]: a, [names[1]]: b }).finally(() => db.end())
    const files = (await readdir(folder)).filter(name => name.endsWith('.json'))
    const refused = await readdir(join(folder, 'refused')).catch(() => [])
    await report({
      fault: 'F26',
      title: 'instruments, the gateway, the subgraph and the network end while filings go through a spool',
      outcomes: [
        {
          seed,
          operations: a.filed.size + b.filed.size,
          refusals: refused.length,
          files: 0,
          bytes: 0,
          claims: 0,
          samples: 0,
          goneBytes: 0,
          tookMs: performance.now() - began,
          injected,
          recoveries: [],
          broken,
        },
      ],
    })
    expect(broken, `replay it by: npm run test:faults -- --fault F26 --seed ${seed}`).toEqual([])
    expect({ drained, files, refused }).toEqual({ drained: [true, true], files: [], refused: [] })
    expect(a.filed.size + b.filed.size).toBeGreaterThan(points)
    expect(injected).toHaveLength(points)
  },
)

interface Harm {
  readonly times: number
  readonly random: Random
  readonly did: (what: string) => void
}

/** Kills the gateway, or the subgraph that files, and starts it again. */
async function killServers({ parts, start }: Centre, { times, random, did }: Harm): Promise<void> {
  for (let n = 0; n < times; n++) {
    await delay(random.between(0, 600))
    const name = random.pick(['gateway', 'observation'] as const)
    await parts[name].kill()
    did(`${name} killed`)
    await delay(random.between(0, 200))
    await start(name)
  }
}

/** Cuts or hangs one of the lines, or lets the connections that are made from then on go wrong at a byte, a request or a reply. */
async function cutLines({ lines }: Centre, { times, random, did }: Harm): Promise<void> {
  for (let n = 0; n < times; n++) {
    await delay(random.between(0, 250))
    const name = random.pick(['front', 'inner'] as const)
    const line = lines[name]
    const how = random.pick(['cut', 'hangs', 'goes wrong', 'goes wrong', 'goes wrong'] as const)
    if (how === 'goes wrong') line.trouble(troubleOf(random.fork(String(n))))
    if (how === 'hangs') {
      line.hang(true)
      await delay(random.between(50, 400))
    }
    line.reset()
    line.hang(false)
    if (how === 'hangs' || how === 'cut') line.trouble(null)
    did(`the ${name} line ${how}`)
  }
}

/** What goes wrong with the connections that are made from now on: half go well, else the sender would wait longer each time. */
function troubleOf(random: Random): () => Trouble | null {
  return () => {
    if (random.next() < 0.5) return null
    const after = random.between(0, 6)
    if (random.next() < 0.6) return { cutAt: { request: /POST \/graphql/, lose: random.pick(['REPLY', 'REQUEST']), after } }
    return { cut: { after: random.between(1, 2_000), by: random.pick(['RESET', 'END', 'RESET', 'END', 'SILENCE']) } }
  }
}
