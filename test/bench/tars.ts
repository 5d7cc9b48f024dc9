import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkTar, openThreads, pack, posixStore, type FileToPack, type ManifestMember, type Store } from '@almagest/jobs'
import type { Bed } from './bench.ts'
import { timed, type Say } from './measure.ts'

const PAGE = 2_000
const MEMORY = '/dev/shm'

/** How many files of how many bytes. */
export interface Shape {
  readonly files: number
  readonly bytes: number
}

/** Files to pack, and a place for tars and for what is unpacked; in memory where that is large enough. */
export interface Tars extends AsyncDisposable {
  readonly shape: Shape
  readonly megabytes: number
  /** The folder of the files, and one for whatever a contender writes. */
  readonly source: string
  readonly scratch: string
  /** Packs the files; in MB/s. */
  readonly pack: () => Promise<number>
  /** The tar as it was packed last. */
  readonly tar: string
  /** Compares the tar with its manifest; in MB/s. */
  readonly verify: (how: { whole: boolean }) => Promise<number>
  /** The same, while its files are written; in MB/s. */
  readonly unpack: () => Promise<number>
  /** Runs a line of bash in `scratch`, with `$source` and `$tar`, and removes what it wrote; in MB/s. */
  readonly run: (line: string) => Promise<number>
}

/** The options of a bench of tars. */
export const OPTIONS = {
  megabytes: { about: 'how large the packages are: one of files of 1 MB, one of files of 100 KB', default: 2_000 },
  rounds: { about: 'how often each side runs', default: 5 },
} as const

/** The shapes that a bench runs: of `megabytes` together, files of 1 MB and of 100 KB. */
export function shapesOf({ number }: Bed): Shape[] {
  return [1_000_000, 100_000].map(bytes => ({ bytes, files: Math.ceil((number('megabytes') * 1_000_000) / bytes) }))
}

/** A shape in words. */
export function nameOf({ files, bytes }: Shape): string {
  return `${files.toLocaleString('en')} × ${bytes >= 1_000_000 ? `${bytes / 1_000_000} MB` : `${bytes / 1_000} KB`}`
}

/** Writes the files of a shape, of random bytes. */
export async function openTars({ folder, say }: Pick<Bed, 'folder' | 'say'>, shape: Shape): Promise<Tars> {
  await using opening = new AsyncDisposableStack()
  const total = shape.files * shape.bytes
  const home = await findHome({ folder, need: 4 * total, say })
  opening.defer(() => rm(home, { recursive: true, force: true }))
  say(`writing ${nameOf(shape)} to ${home}`)
  const [source, buffer] = await Promise.all(['source', 'buffer'].map(name => openStore(home, name)))
  if (!source || !buffer) throw new Error('two stores were opened')
  const files = Array.from({ length: shape.files }, (_, index) => pathOf(index))
  const random = randomBytes(2 * shape.bytes)
  for (const [index, path] of files.entries()) {
    if (index % 100 === 0) await mkdir(join(source.folder ?? '', path, '..'), { recursive: true })
    const at = (index * 7_919) % shape.bytes
    await writeFile(join(source.folder ?? '', path), random.subarray(at, at + shape.bytes))
  }
  const scratch = join(home, 'scratch')
  const threads = opening.use(openThreads(Math.min(4, availableParallelism())))
  const signal = new AbortController().signal
  let members: ManifestMember[] = []
  let turn = 0

  const megabytes = total / 1_000_000
  const speed = async (work: () => Promise<unknown>): Promise<number> => megabytes / ((await timed(work)) / 1_000)
  const opened = opening.move()
  return {
    shape,
    megabytes,
    source: source.folder ?? '',
    scratch,
    tar: join(buffer.folder ?? '', 'p.tar'),
    async pack() {
      await rm(join(buffer.folder ?? '', 'p.tar'), { force: true })
      members = []
      const packing = {
        source,
        files: pagesOf(files, path => ({ path, bytes: shape.bytes, known: [] })),
        signal,
        onFiles: async (some: readonly (Omit<ManifestMember, 'mtimeNs'> & { mtimeNs: bigint })[]) =>
          void members.push(...some.map(file => ({ ...file, mtimeNs: String(file.mtimeNs) }))),
      }
      return speed(() => pack({ store: buffer, path: 'p.tar', token: `pack.${turn++}` }, packing, threads))
    },
    verify: ({ whole }) =>
      speed(async () => {
        const checking = { members: pagesOf(members, member => member), signal, whole }
        const verdict = await checkTar({ store: buffer, path: 'p.tar' }, checking, threads)
        if (!verdict?.ok) throw new Error(`the tar is not good: ${JSON.stringify(verdict)}`)
      }),
    async unpack() {
      const rate = await speed(async () => {
        await using into = await buffer.openFolder('staged', { token: `unpack.${turn++}`, signal })
        const checking = { members: pagesOf(members, member => member), signal, into }
        const verdict = await checkTar({ store: buffer, path: 'p.tar' }, checking, threads)
        if (!verdict?.ok) throw new Error(`the tar is not good: ${JSON.stringify(verdict)}`)
        await into.publish()
      })
      await rm(join(buffer.folder ?? '', 'staged'), { recursive: true })
      return rate
    },
    async run(line) {
      await mkdir(scratch)
      const env = { ...process.env, source: source.folder, tar: join(buffer.folder ?? '', 'p.tar') }
      const rate = await speed(() => promisify(execFile)('bash', ['-ec', line], { cwd: scratch, env }))
      await rm(scratch, { recursive: true })
      return rate
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Whether a program of this machine runs; says so if not. */
export async function isHere(command: string, { say }: Pick<Bed, 'say'>): Promise<boolean> {
  return promisify(execFile)(command, ['--version']).then(
    () => true,
    () => {
      say(`nothing is compared with ${command}: it is not installed`)
      return false
    },
  )
}

/** A folder in memory if that has the room, else in the folder of the bench. */
async function findHome({ folder, need, say }: { folder: string; need: number; say: Say }): Promise<string> {
  const free = await statfs(MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  )
  if (free < need) say(`${MEMORY} has not the ${need} bytes that are needed: on disk, where ours is made durable and the others are not`)
  return mkdtemp(join(free < need ? folder : MEMORY, 'almagest-bench-'))
}

async function openStore(home: string, name: string): Promise<Store> {
  await mkdir(join(home, name))
  const store = posixStore(join(home, name), { id: name })
  await store.prepare()
  return store
}

function pathOf(index: number): string {
  return `run-${String(Math.floor(index / 100)).padStart(6, '0')}/frame-${String(index).padStart(9, '0')}.fits`
}

async function* pagesOf<value, result extends FileToPack | ManifestMember>(
  values: readonly value[],
  make: (value: value) => result,
): AsyncGenerator<result[], void, void> {
  for (let at = 0; at < values.length; at += PAGE) yield values.slice(at, at + PAGE).map(make)
}
