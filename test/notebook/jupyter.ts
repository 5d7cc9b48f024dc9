import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram, librariesIn, runCommand, unpackDebian } from '@almagest/gateway/local'
import { Outage } from '@almagest/schema'
import { TOOLS } from '../s3/server.ts'

/** A Python of the machine, or of Debian's packages, with the environment that it needs. */
export interface Python {
  readonly program: string
  readonly env: Readonly<Record<string, string>>
}

/** Where almagest.py is. */
export const MODULE = join(import.meta.dirname, '../../client/python')

const PACKAGES = ['jupyter-nbconvert', 'python3-ipykernel', 'python3-requests', 'python3-matplotlib']

/** What nobody here reads: a sixth of what was unpacked. */
const UNREAD = ['doc', 'locale', 'man', 'icons', 'javascript'].map(name => join('usr/share', name))

/** The machine's own Python, else one with Jupyter; an Outage says why there is none. */
export async function findPython(): Promise<Python> {
  const program = await findProgram(['python3'], '/usr/bin')
  return program === null ? findJupyter() : { program, env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' } }
}

/**
 * Python with what executes a notebook: Jupyter's nbconvert and kernel, requests and matplotlib from Debian, unpacked beside the machine's own Python,
 * or with one where it has none. An Outage says why they cannot be had.
 */
export async function findJupyter(): Promise<Python> {
  const own = await findProgram(['python3'], '/usr/bin')
  const check = async (root: string): Promise<void> => {
    await Promise.all(UNREAD.map(folder => rm(join(root, folder), { recursive: true, force: true })))
    // Debian's matplotlib knows its data by their place on an installed system.
    const file = join(root, 'usr/lib/python3/dist-packages/matplotlib/__init__.py')
    const place = `os.environ['MPLDATA'] + '/matplotlib`
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(`'/usr/share/matplotlib`, place))
    const kernel = join(root, 'usr/share/jupyter/kernels/python3/kernel.json')
    // So named, it is the Python that asks for it.
    await writeFile(kernel, (await readFile(kernel, 'utf8')).replace('"/usr/bin/python3"', '"python3"'))
    const { program, env } = await pythonIn(root, own)
    const given = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    const say = ['-c', 'import matplotlib.pyplot, nbconvert, ipykernel, requests']
    await runCommand('env', ['-i', ...given, `HOME=${root}`, program, ...say], { what: 'Jupyter does not run here', timeoutMs: 120_000 })
  }
  const packages = [own === null ? ['python3', ...PACKAGES] : PACKAGES]
  return pythonIn(await unpackDebian({ name: 'Jupyter', packages, tools: TOOLS, path: '/usr/bin:/bin', check }), own)
}

async function pythonIn(root: string, own: string | null): Promise<Python> {
  const libraries = await librariesIn(root)
  // Of linear algebra there are several libraries; an installation would lead to one of them.
  const algebra = libraries.split(':').flatMap(folder => [join(folder, 'blas'), join(folder, 'lapack')])
  const env = {
    PATH: '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    LD_LIBRARY_PATH: [libraries, ...algebra].join(':'),
    PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
    JUPYTER_PATH: join(root, 'usr/share/jupyter'),
    MPLDATA: join(root, 'usr/share'),
    MATPLOTLIBRC: join(root, 'etc/matplotlibrc'),
  }
  return own === null ? { program: join(root, 'usr/bin/python3'), env: { ...env, PYTHONHOME: join(root, 'usr') } } : { program: own, env }
}

/** A Python, or why this machine has none: a sentence for the name of the tests that are skipped. */
export async function tryPython(find: () => Promise<Python>): Promise<{ python: Python | null; why: string | null }> {
  try {
    return { python: await find(), why: null }
  } catch (error) {
    if (error instanceof Outage && /apt-get|cannot be fetched/.test(error.message)) return { python: null, why: error.message }
    throw error
  }
}

/** Runs Python to its end, with `HOME` in a folder of the test's own. */
export function runPython(
  { program, env }: Python,
  args: readonly string[],
  { home, ...more }: { home: string; [name: string]: string },
): Promise<{ status: number | string; out: string; err: string }> {
  return new Promise(resolve => {
    const options = { cwd: home, env: { ...env, HOME: home, MPLCONFIGDIR: home, ...more }, maxBuffer: 1 << 26, timeout: 120_000 }
    execFile(program, args, options, (error, out, err) => resolve({ status: error ? (error.code ?? String(error.signal)) : 0, out, err }))
  })
}
