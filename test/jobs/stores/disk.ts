import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test as base } from 'vitest'
import { posixStore, type Store } from '@almagest/jobs'

/** Runs a program to its end. */
export const run = promisify(execFile)

/** The location that the tests open, and another. */
export const ID = '01990000-0000-7000-8000-000000000001'
export const OTHER_ID = '01990000-0000-7000-8000-000000000002'

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter(entry => !entry.isDirectory()).map(({ name, parentPath }) => join(parentPath, name))
}

/** A location in a folder, as the contract of all stores wants it. */
export async function openPosix(root: string) {
  const store = posixStore(root, { id: ID })
  await store.prepare()
  return {
    store,
    vanish: () => rename(root, `${root}.unmounted`),
    async leftovers() {
      const hidden = await Promise.all(['.inflight', '.trash', '.quarantine'].map(name => filesUnder(join(root, name))))
      return hidden.flat().length
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true })
      await rm(`${root}.unmounted`, { recursive: true, force: true })
    },
  }
}

/** A folder, and the location in it. */
export const test = base.extend<{ root: string; store: Store }>({
  root: async ({}, use) => {
    const root = await mkdtemp(join(tmpdir(), 'almagest-posix-'))
    await use(root)
    await rm(root, { recursive: true, force: true })
  },
  store: async ({ root }, use) => {
    const store = posixStore(root, { id: ID })
    await store.prepare()
    await use(store)
  },
})

/** Whether this machine lets us do a thing, such as mount; where it does not, the tests that need it are skipped. */
function can(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Whether this process may mount file systems, and whether it can make system calls fail. */
export const canMount = can('unshare', '-m', 'mount', '-t', 'tmpfs', 'none', '/mnt')
export const canInject = can('strace', '-f', '-e', 'inject=fsync:error=EIO', 'true')

/** Runs a script with `store`, `source` and `root` in scope, in its own process and under a command such as strace; gives its output. */
export async function runApart(root: string, script: string, { under = [] }: { under?: string[] } = {}): Promise<string> {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url))
  const program = `
import { posixStore } from ${url('../../../jobs/stores/posix.ts')}
const root = ${JSON.stringify(root)}
const store = posixStore(root, { id: '${ID}' })
async function* source(text) { yield Buffer.from(text) }
const tell = (promise) => promise.then((value) => console.log('done', JSON.stringify(value)), (error) => console.log(error.name, error.code ?? '', error.message))
${script}`
  const [command = process.execPath, ...args] = [...under, process.execPath, '--input-type=module', '-e', program]
  // strace counts the calls of each thread: with one thread, they are in order.
  const { stdout } = await run(command, args, { env: { PATH: process.env.PATH, UV_THREADPOOL_SIZE: '1' } }).catch(
    (error: unknown) => error as { stdout: string },
  )
  return stdout.trim()
}

/** A system call that fails, or kills the process, when it is made for the nth time. */
export function strace(inject: string): string[] {
  return ['strace', '-f', '-o', '/dev/null', '-e', `trace=${inject.split(':')[0]}`, '-e', `inject=${inject}`]
}

/** Mounts something over a folder until it is disposed of. */
export async function mountOver(root: string, args: string[]): Promise<AsyncDisposable> {
  await run('mount', [...args, root])
  let mounted = true
  return {
    async [Symbol.asyncDispose]() {
      if (mounted) await run('umount', ['-l', root])
      mounted = false
    },
  }
}
