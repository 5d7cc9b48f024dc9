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

/** At how many moments something is killed or cut: of these half are the end of an instrument's process. */
const POINTS = LONG ? 1_000 : 40
const SEED = Number(process.env.FAULT_SEED ?? 1)
const SERVERS = Math.ceil(POINTS * 0.06)
const LIVES = Math.ceil(POINTS / 2)
const CUTS = POINTS - LIVES - SERVERS

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
      NODE_COMPILE_CACHE: join(root, 'compiled'),
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

test(
  `UC-1.5 UC-1.2 F26 what two instruments filed through a spool is in the catalogue, whole and once, whatever ended at ${POINTS} moments: they, the gateway, the subgraph, the network`,
  { timeout: LONG ? 3_600_000 : 180_000 },
  async ({ em, root, databaseUrl, centre }) => {
    const began = performance.now()
    const { obsUnit, instrument } = await makeTopologyInUse(em, root)
    const random = openRandom(`F26/${SEED}`)
    const folder = join(root, 'spool')
    const injected: string[] = []
    const args = [folder, centre.url, obsUnit.id, instrument.name]
    await using opened = new AsyncDisposableStack()
    const [a, b] = ['a', 'b'].map(series => opened.use(openInstrument(series, args, { NODE_COMPILE_CACHE: join(root, 'compiled') })))
    if (!a || !b) throw new Error('there are two')

    let lives = 0
    const live = async (which: typeof a, decide: Random): Promise<void> => {
      for (; lives < LIVES; injected.push(await which.live(decide))) lives += 1
    }
    await Promise.all([
      live(a, random.fork('a')),
      live(b, random.fork('b')),
      killServers(centre, { times: SERVERS, random: random.fork('servers'), did: what => injected.push(what) }),
      cutLines(centre, { times: CUTS, random: random.fork('lines'), did: what => injected.push(what) }),
    ])
    for (const line of Object.values(centre.lines)) {
      line.trouble(null)
      line.reset()
    }
    const drained = [await a.drain(), await b.drain()]

    const db = new pg.Client(databaseUrl)
    await db.connect()
    const broken = await judgeFilings(db, { a, b }).finally(() => db.end())
    const files = (await readdir(folder)).filter(name => name.endsWith('.json'))
    const refused = await readdir(join(folder, 'refused')).catch(() => [])
    await report({
      fault: 'F26',
      title: 'instruments, the gateway, the subgraph and the network end while filings go through a spool',
      outcomes: [
        {
          seed: SEED,
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
    expect(broken, `replay it by: npm run test:faults -- --fault F26 --seed ${SEED}`).toEqual([])
    expect({ drained, files, refused }).toEqual({ drained: [true, true], files: [], refused: [] })
    expect(a.filed.size + b.filed.size).toBeGreaterThan(POINTS)
    expect(injected).toHaveLength(POINTS)
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
