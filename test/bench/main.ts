import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { helpOf, jsonOf, optionsOf, tableOf, type Bench } from './bench.ts'

/* npm run bench [-- NAME [options]]: measures Almagest against something else in the same run, and prints the ratios. Progress is on stderr. */

const BENCHES: Readonly<Record<string, () => Promise<{ bench: Bench }>>> = {
  catalogue: () => import('./catalogue.ts'),
  cli: () => import('./cli.ts'),
  client: () => import('./client.ts'),
  gateway: () => import('./gateway.ts'),
  packaging: () => import('./packaging.ts'),
  s3: () => import('./s3.ts'),
  spool: () => import('./spool.ts'),
  transfer: () => import('./transfer.ts'),
  unpacking: () => import('./unpacking.ts'),
  verifying: () => import('./verifying.ts'),
}

const begun = performance.now()
const say = (line: string): void => console.error(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(7)} s  ${line}`)
const scratch: string[] = []
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const folder of scratch) rmSync(folder, { recursive: true, force: true })
    process.exit(130)
  })
}

const [name, ...args] = process.argv.slice(2)
const load = BENCHES[name ?? '']
if (load) await run(name ?? '', (await load()).bench)
else {
  const known = await Promise.all(Object.entries(BENCHES).map(async ([name, load]) => `  ${name.padEnd(12)}${(await load()).bench.about}`))
  console.log(`npm run bench -- NAME [options]\n\n${known.join('\n')}\n\nnpm run bench -- NAME --help tells the options of one.`)
  if (name !== undefined && name !== '--help') fail(`there is no bench ${JSON.stringify(name)}`)
}

async function run(name: string, bench: Bench): Promise<void> {
  const values = read(bench)
  if (!values) return
  if (values.help === true) return console.log(helpOf(name, bench))
  const numbers = new Map(Object.entries(bench.options).map(([option, { default: value }]) => [option, Number(values[option] ?? value)]))
  const wrong = [...numbers].find(([, value]) => !Number.isSafeInteger(value) || value < 1)
  if (wrong) return fail(`--${wrong[0]} must be a whole number of at least 1`)
  const number = (option: string): number => {
    const value = numbers.get(option)
    if (value === undefined) throw new Error(`the bench has no option --${option}`)
    return value
  }

  await using closing = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), `almagest-bench-${name}-`))
  scratch.push(folder)
  closing.defer(() => rm(folder, { recursive: true, force: true }))
  const results = await bench.run({ number, folder, say })
  const target = typeof values.results === 'string' ? values.results : join(import.meta.dirname, 'results')
  await mkdir(target, { recursive: true })
  await writeFile(join(target, `${name}.json`), jsonOf(results))
  console.log(tableOf(results))
}

function read(bench: Bench): Readonly<Record<string, unknown>> | null {
  try {
    return parseArgs({ args, options: optionsOf(bench) }).values
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error))
    return null
  }
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}
