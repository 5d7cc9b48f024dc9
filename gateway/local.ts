import { lstat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { v7 } from 'uuid'
import { onDisk, Outage, Refusal } from '@almagest/schema'
import { checkPort } from './gateway.ts'
import { openClient, type Ask } from './local/client.ts'
import { openHome } from './local/home.ts'
import { checkFolder, copyFolder, makeLedger, type Ledger } from './local/ledger.ts'
import { HELP, parseOptions, type Options } from './local/options.ts'
import { openScreen } from './local/screen.ts'
import { fileObservation, follow, held, judge, type Observation, type Outcome } from './local/story.ts'
import { startSystem } from './local/system.ts'
import { observe } from './local/telescope.ts'
import { DEMO_INSTRUMENTS, makeTopology, type Topology } from './local/topology.ts'

/** Ends what is left after a signal by force when it has not ended by itself within this time. */
const STOP_MS = 4_000

const stop = new AbortController()
listenForSignals()
process.exitCode = await main().catch((error: unknown) => {
  if (stop.signal.aborted) return 130
  if (!(error instanceof Refusal || error instanceof Outage)) throw error
  process.stderr.write(`almagest: ${error.message}\n`)
  return error instanceof Refusal ? 2 : 1
})
// What a library left open must not keep the process.
process.exit()

async function main(): Promise<number> {
  const begun = performance.now()
  const options = parseOptions(process.argv.slice(2))
  if (options.help) {
    process.stdout.write(HELP)
    return 0
  }
  if (options.source) await checkFolder(resolve(options.source))
  await checkPort('127.0.0.1', options.port)
  await using home = await openHome(options.data ? resolve(options.data) : join(import.meta.dirname, '../.almagest'), {
    fresh: options.fresh,
  })
  const log = pino({ level: process.env.LOG_LEVEL ?? 'info' }, pino.destination({ dest: join(home.path, 'almagest.log'), sync: true }))
  say(`Almagest, data in ${home.path}`)
  await using system = await startSystem({
    home: home.path,
    port: options.port,
    databaseUrl: process.env.DATABASE_URL,
    redisUrl: process.env.REDIS_URL,
    path: process.env.PATH ?? '',
    log,
    onStep: step => say(`  ${step}`),
  })
  stop.signal.throwIfAborted()
  const ask = openClient(system.url)
  const topology = await makeTopology(ask, join(home.path, 'sites'))
  for (const site of topology.sites) await system.serve(site)
  await locationsReady(ask)
  say(`ready in ${((performance.now() - begun) / 1_000).toFixed(1)} s\n`)
  say(`  GraphQL     ${system.url}/graphql  ${system.url}/schema.graphql`)
  say(`  events      ${system.url}/events`)
  say(`  Bull Board  ${system.url}/queues`)
  say(`  health      ${system.url}/healthz  ${system.url}/readyz`)
  say(`  log         ${join(home.path, 'almagest.log')}`)
  say(`  bytes       ${join(home.path, 'sites')}\n`)

  let status = 0
  if (!options.idle) {
    const story = await tell(ask, topology, options)
    const seconds = Math.round((performance.now() - begun) / 100) / 10
    status = held(story.outcome) && story.leftOut === 0 ? 0 : 1
    if (stop.signal.aborted) return 130
    if (!held(story.outcome)) say('\nNot all of it held.')
    else say(story.leftOut === 0 ? '\nAll of it held.' : `\nAll of it held for the files that were filed; ${story.leftOut} were left out.`)
    say(JSON.stringify({ ...story.outcome, seconds }))
    if (options.once) return status
  }
  say('\nEverything stays up until Ctrl-C.')
  await aborted()
  say('\nstopping')
  return 0
}

/** Observes, or takes a person's folder, files it, and shows its way until it is through. */
async function tell(ask: Ask, topology: Topology, options: Options): Promise<{ outcome: Outcome; leftOut: number }> {
  const { observations, ledger, leftOut } = options.source ? await takeFolder(topology, options.source) : await useTelescope(topology)
  say(`${ledger.files} files, ${ledger.bytes} bytes, are filed and go their way:\n`)
  const executionIds: string[] = []
  for (const observation of observations) executionIds.push(await fileObservation(ask, observation))

  {
    using screen = openScreen(process.stdout, () => performance.now())
    let told = ''
    await follow(ask, executionIds, {
      ledger,
      signal: stop.signal,
      onProgress: progress => screen.show(progress),
      onBlocked(reasons) {
        const text = reasons.join('\n  ')
        if (text !== told && text !== '') screen.say(`  waiting: ${text}`)
        told = text
      },
    })
  }
  const outcome = await judge(ask, executionIds, { ledger, processing: topology.processing })
  return { outcome, leftOut }
}

interface Material {
  readonly observations: readonly Observation[]
  readonly ledger: Ledger
  readonly leftOut: number
}

async function useTelescope({ obsUnits, sources }: Topology): Promise<Material> {
  say('the telescope observes Orion KL with two instruments')
  const startedAt = new Date(Math.floor(Date.now() / 1_000) * 1_000)
  const endedAt = new Date(startedAt.getTime() + 60_000)
  const target = { name: 'Orion KL', raDeg: 83.8097, decDeg: -5.3725 }
  const observations: Observation[] = []
  const ledgers: Ledger[] = []
  for (const instrument of ['prime-cam', 'chai'] as const) {
    stop.signal.throwIfAborted()
    const plan = {
      instrument,
      target,
      startedAt,
      seconds: 60,
      seed: startedAt.getTime() % 2 ** 31,
      filesPerModule: 4,
      bytesPerFile: 3_000_000,
    }
    const files = await observe(sources[instrument], { ...plan, modules: DEMO_INSTRUMENTS[instrument].modules })
    ledgers.push(
      await makeLedger(
        sources[instrument],
        files.map(({ path }) => path),
      ),
    )
    observations.push({ instrument, obsUnitId: obsUnits[instrument], startedAt, endedAt, files })
  }
  const ledger = {
    files: ledgers.reduce((sum, { files }) => sum + files, 0),
    bytes: ledgers.reduce((sum, { bytes }) => sum + bytes, 0),
    digests: new Map(ledgers.flatMap(({ digests }) => [...digests])),
  }
  return { observations, ledger, leftOut: 0 }
}

async function takeFolder({ obsUnits, sources }: Topology, folder: string): Promise<Material> {
  const name = v7()
  const startedAt = new Date()
  const { paths, leftOut } = await copyFolder(resolve(folder), { root: sources.guest, name })
  for (const { path, reason } of leftOut) say(`left out: ${JSON.stringify(path)}: ${reason}`)
  const ledger = await makeLedger(sources.guest, paths)
  const files = []
  for (const path of paths)
    files.push({
      module: 'files',
      path,
      bytes: (await lstat(onDisk(sources.guest, path))).size,
      digest: `sha256:${ledger.digests.get(path)}`,
    })
  return {
    observations: [{ instrument: 'guest', obsUnitId: obsUnits.guest, startedAt, endedAt: new Date(), files }],
    ledger,
    leftOut: leftOut.length,
  }
}

/** Waits until the workers gave every location its identity. */
async function locationsReady(ask: Ask): Promise<void> {
  for (let waited = 0; waited < 150 && !stop.signal.aborted; waited++) {
    const { dataLocations } = await ask<{ dataLocations: { identifiedAt: string | null }[] }>('{ dataLocations { identifiedAt } }')
    if (dataLocations.every(({ identifiedAt }) => identifiedAt !== null)) return
    await delay(100)
  }
  say('some locations could not be given their identity yet: the log says why')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function aborted(): Promise<void> {
  return new Promise(done => {
    if (stop.signal.aborted) done()
    stop.signal.addEventListener('abort', () => done())
  })
}

/** The first signal stops in order; SIGINT again, a second or more later, or too slow an end, stops at once. The servers end with us either way. */
function listenForSignals(): void {
  let first: number | null = null
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (first === null) {
        first = performance.now()
        stop.abort()
        setTimeout(() => process.exit(130), STOP_MS).unref()
      } else if (name === 'SIGINT' && performance.now() - first > 1_000) process.exit(130)
    })
  }
}
