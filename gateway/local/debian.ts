import { randomUUID } from 'node:crypto'
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Outage } from '@almagest/schema'
import { findProgram, ignore, isErrno, runCommand } from './process.ts'

const UNFETCHED = "Debian's packages cannot be fetched"
const FETCH_MS = 300_000

/** What to fetch from Debian, and where to keep it. */
export interface DebianOptions {
  /** What people call it: `Redis`. In `tools` it is kept under this name in small letters. */
  name: string
  /** The packages, with what they depend on as far as this machine lacks it; the first of the lists that Debian has. */
  packages: readonly (readonly string[])[]
  /** The folder of unpacked packages; homes may share it. Where it has a folder `lists`, apt's lists are kept there for the next packages. */
  tools: string
  /** Where to look for apt-get and dpkg-deb, in the form of $PATH. */
  path: string
  /** Gets one line when something is fetched. */
  log?: (line: string) => void
  /** Throws Outage if what was unpacked does not run here: then it is not kept. */
  check?: (root: string) => Promise<void>
}

/**
 * Debian's packages unpacked into a folder of `tools`, fetched if they are not there yet, as any user, without the machine's lists and without
 * installing anything; returns the folder. An Outage says why they cannot be had.
 */
export async function unpackDebian({
  name,
  packages,
  tools,
  path,
  log = () => {},
  check = async () => {},
}: DebianOptions): Promise<string> {
  const folder = name.toLowerCase()
  const root = join(tools, folder)
  if (await exists(join(root, '.ok'))) return root
  const apt = await findProgram(['apt-get'], path)
  const dpkg = await findProgram(['dpkg-deb'], path)
  if (apt === null || dpkg === null) throw new Outage('this machine has no apt-get and dpkg-deb')
  log(`fetching ${name} from Debian, once…`)
  const part = join(tools, `${folder}.part-${randomUUID()}`)
  const kept = join(tools, 'lists')
  const [lists, cache, made] = [join(part, 'lists'), join(part, 'cache'), join(part, 'root')]
  await mkdir(join(lists, 'partial'), { recursive: true, mode: 0o700 })
  await mkdir(join(cache, 'archives/partial'), { recursive: true })
  await mkdir(made)
  try {
    const known = await readdir(kept).catch(ignore('ENOENT'))
    // lists that are old name packages that are gone
    if (!known?.length || (await download(apt, { packages, lists: kept, cache })) !== null) {
      await update(apt, { lists, cache })
      const failed = await download(apt, { packages, lists, cache })
      if (failed !== null) throw failed
      if (known !== null) await keep(lists, kept)
    }
    for (const file of await readdir(join(cache, 'archives'))) {
      if (file.endsWith('.deb')) await runCommand(dpkg, ['-x', join(cache, 'archives', file), made], { what: `${file} cannot be unpacked` })
    }
    await check(made)
    await writeFile(join(made, '.ok'), '')
    if (!(await exists(join(root, '.ok')))) await rm(root, { recursive: true, force: true })
    // another home may have been quicker, with the same packages
    await rename(made, root).catch(ignore('ENOTEMPTY', 'EEXIST'))
  } finally {
    await rm(part, { recursive: true, force: true })
  }
  return root
}

/** The folders of shared libraries in unpacked packages, as `LD_LIBRARY_PATH` has them. */
export async function librariesIn(root: string): Promise<string> {
  const folders: string[] = []
  for (const folder of [join(root, 'usr/lib'), join(root, 'lib')]) {
    const names = (await readdir(folder).catch(ignore('ENOENT'))) ?? []
    folders.push(...names.filter(name => name.endsWith('-linux-gnu') || name.includes('-linux-gnueabi')).map(name => join(folder, name)))
  }
  return folders.join(':')
}

interface Places {
  readonly lists: string
  readonly cache: string
}

async function update(apt: string, places: Places): Promise<void> {
  await runCommand(apt, ['update', ...optionsOf(places)], { what: UNFETCHED, timeoutMs: FETCH_MS }).catch(ifOutage)
}

/** Downloads the first of the lists of packages that can be had; null, or why none can. */
async function download(apt: string, { packages, ...places }: Places & Pick<DebianOptions, 'packages'>): Promise<Outage | null> {
  const install = ['install', '--yes', '--reinstall', '--download-only', '--no-install-recommends', ...optionsOf(places)]
  let failed: Outage | null = null
  for (const names of packages) {
    failed = await runCommand(apt, [...install, ...names], { what: UNFETCHED, timeoutMs: FETCH_MS }).then(() => null, ifOutage)
    if (failed === null) return null
  }
  return failed
}

function optionsOf({ lists, cache }: Places): string[] {
  const settings = [
    `Dir::State::lists=${lists}`,
    `Dir::Cache=${cache}`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
  ]
  const limits = ['Acquire::http::Timeout=20', 'Acquire::https::Timeout=20', 'Acquire::Retries=1']
  return ['-q', ...[...settings, ...limits].flatMap(setting => ['-o', setting])]
}

/** Puts new lists in the place of those that were kept. */
async function keep(lists: string, kept: string): Promise<void> {
  await rename(kept, `${lists}.old`).catch(ignore('ENOENT'))
  // another may have been quicker
  await rename(lists, kept).catch(ignore('ENOTEMPTY', 'EEXIST'))
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    error => !isErrno(error, 'ENOENT', 'ENOTDIR'),
  )
}

function ifOutage(error: unknown): Outage {
  if (error instanceof Outage) return error
  throw error
}
