import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, inject } from 'vitest'
import { dataPackage } from '@almagest/data-package'
import { startSubgraph } from '@almagest/kit'
import { observation } from '@almagest/observation'
import { sql } from '@almagest/schema'
import { staging } from '@almagest/staging'
import { storage } from '@almagest/storage'
import { test as base } from '../fixtures.ts'
import { KEY } from '../gateway/key.ts'
import { LONG } from '../long.ts'
import { makeTopologyInUse } from '../make.ts'
import { makePart, type Part } from './part.ts'
import { startFaultProxy, type FaultProxy, type Trouble } from './proxy.ts'
import { openRandom, type Random } from './random.ts'

/** At how many moments something is killed or cut. */
const POINTS = LONG ? 1_000 : 40

/** The gateway takes the longest to start again. */
const MIX = [
  ...Array.from({ length: 6 }, () => 'client' as const),
  ...Array.from({ length: 9 }, () => 'network' as const),
  'gateway' as const,
]

/** A gateway in a process of its own, over subgraphs in this one, and a line to it. */
const test = base.extend<{ gateway: Part; line: FaultProxy }>({
  gateway: async ({ orm, queue, databaseUrl, prefix, root }, use) => {
    await using opened = new AsyncDisposableStack()
    const env: Record<string, string> = { DATABASE_URL: databaseUrl, REDIS_URL: inject('redis'), QUEUE_PREFIX: prefix, PORT: '0' }
    for (const subgraph of [observation, dataPackage, storage, staging]) {
      const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
      const { url } = opened.use(await startSubgraph(subgraph, { orm, queue, log, keys: [KEY], now: Date.now }))
      const name = subgraph.name.toUpperCase().replace('-', '_')
      env[`SUBGRAPH_${name}_URL`] = url
      env[`SUBGRAPH_${name}_KEY`] = KEY
    }
    await use(opened.use(makePart({ name: 'gateway', script: 'gateway/main.ts', env, ready: 'gateway.started', logs: root })))
  },
  line: async ({}, use) => {
    await using line = await startFaultProxy()
    await use(line)
  },
})

/** An instrument that files through its spool, started again with the next number after each kill. */
function openInstrument(args: readonly string[]) {
  const filed = new Set<number>()
  const heard = new EventEmitter()
  let running: ReturnType<typeof start> | null = null

  function start() {
    const next = filed.size === 0 ? 0 : Math.max(...filed) + 1
    const child = spawn(process.execPath, [join(import.meta.dirname, 'spooler.ts'), ...args, String(next)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let isDrained = false
    createInterface(child.stdout).on('line', line => {
      if (line === 'DRAINED') isDrained = true
      else filed.add(Number(line.slice('FILED '.length)))
      heard.emit('line')
    })
    child.once('close', () => heard.emit('line'))
    return { child, closed: once(child, 'close'), isDrained: () => isDrained }
  }

  return {
    filed,
    start: () => void (running = start()),
    /** Waits until it said of so many more that they are filed. */
    async says(more: number) {
      for (const until = filed.size + more; filed.size < until;) {
        if (running?.child.exitCode !== null) throw new Error('the instrument ended by itself')
        await once(heard, 'line')
      }
    },
    async kill() {
      running?.child.kill('SIGKILL')
      await running?.closed
    },
    /** Lets it file no more and send what is left; whether it could. */
    async end() {
      running?.child.stdin.end()
      await running?.closed
      return running?.isDrained() ?? false
    },
  }
}

/** What goes wrong with the connections that are made from now on: most go well, else the sender would wait longer each time. */
function troubleOf(random: Random): () => Trouble | null {
  return () => {
    if (random.next() < 0.5) return null
    const after = random.between(0, 6)
    if (random.next() < 0.6) return { cutAt: { request: /POST \/graphql/, lose: random.pick(['REPLY', 'REQUEST']), after } }
    return { cut: { after: random.between(1, 2_000), by: random.pick(['RESET', 'END', 'RESET', 'END', 'SILENCE']) } }
  }
}

test(
  `UC-1.5 UC-1.2 what an instrument filed is in the catalogue, once, whatever was killed or cut at ${POINTS} moments: itself, the gateway, the network`,
  { timeout: LONG ? 3_600_000 : 180_000 },
  async ({ em, root, gateway, line }) => {
    const { obsUnit, instrument } = await makeTopologyInUse(em, root)
    const folder = join(root, 'spool')
    const random = openRandom('spool')
    const lead = async (): Promise<void> => line.lead({ port: Number(new URL((await gateway.start()) ?? '').port) })
    await lead()
    const spooler = openInstrument([folder, `http://127.0.0.1:${line.port}`, obsUnit.id, instrument.name])
    const did = { client: 0, network: 0, gateway: 0 }
    try {
      spooler.start()
      for (let point = 0; point < POINTS; point++) {
        const what = random.pick(MIX)
        if (what === 'client' && random.next() < 0.7) await spooler.says(random.between(1, 25))
        await delay(random.between(0, what === 'client' ? 20 : 150))
        did[what] += 1
        if (what === 'client') {
          await spooler.kill()
          spooler.start()
        } else if (what === 'network') {
          line.trouble(troubleOf(random.fork(String(point))))
          line.reset()
        } else {
          await gateway.kill()
          await lead()
        }
      }
      line.trouble(null)
      line.reset()
      // One that starts has not yet learnt to wait longer.
      await spooler.kill()
      spooler.start()

      expect(await spooler.end()).toBe(true)
    } finally {
      await spooler.kill()
    }

    expect(Object.values(did).every(times => times > 0)).toBe(true)
    expect(line.counts.harmed).toBeGreaterThan(0)
    const rows = await sql<{ filing_key: string; executions: string; files: string; copies: string; events: string }>(
      em,
      `/* test: spooled */ select e.filing_key, count(distinct e.id) as executions, count(distinct f.id) as files, count(distinct c.id) as copies,
         count(distinct v.seq) as events
       from observation.executed_obs_unit e left join data_package.raw_data_file f on f.execution_id = e.id
       left join storage.physical_copy c on c.file_id = f.id left join storage.event v on v.subject_id = e.id and v.field = 'files'
       where e.filing_key like 'spool-%' group by e.filing_key`,
    )
    const numbers = rows.map(({ filing_key }) => Number(filing_key.slice('spool-'.length)))
    expect(numbers.toSorted((a, b) => a - b)).toEqual([...spooler.filed].toSorted((a, b) => a - b))
    expect(numbers.length).toBeGreaterThan(POINTS)
    expect(rows.filter(row => [row.executions, row.files, row.copies, row.events].some(count => count !== '1'))).toEqual([])
    expect((await readdir(folder)).filter(name => name.endsWith('.json'))).toEqual([])
    expect(await readdir(join(folder, 'refused')).catch(() => [])).toEqual([])
  },
)
