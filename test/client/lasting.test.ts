import { readlinkSync } from 'node:fs'
import fs, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openAlmagest } from '@almagest/client'
import { openSpool } from '@almagest/client/node'
import { filesIn, test } from './fixtures.ts'

/** Notes what makes files durable or gives them names, with the file, until it is disposed of. */
async function watchDisk(): Promise<{ calls: string[] } & AsyncDisposable> {
  const calls: string[] = []
  const handle = await fs.open('/dev/null')
  const handles = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  const { sync } = handles
  const { link } = fs
  handles.sync = async function (this: FileHandle) {
    await sync.call(this)
    calls.push(`sync ${readlinkSync(`/proc/self/fd/${this.fd}`)}`)
  }
  fs.link = async (from, to) => {
    await link(from, to)
    calls.push(`link ${String(from)}`)
  }
  syncBuiltinESMExports()
  return {
    calls,
    async [Symbol.asyncDispose]() {
      handles.sync = sync
      fs.link = link
      syncBuiltinESMExports()
    },
  }
}

test('UC-1.5 a filing of the spool is durable before it has its name, and its name before it is said to be kept', async ({
  observation,
  root,
}) => {
  const folder = join(root, 'spool')
  await using spool = await openSpool({ folder, almagest: openAlmagest({ url: 'http://127.0.0.1:9' }) })
  await using disk = await watchDisk()

  await spool.file({ ...observation, key: `lasting-${root}` }, filesIn('lasting', 1))

  const named = disk.calls.findIndex(call => call.startsWith(`link ${folder}/writing/`))
  expect(named).toBeGreaterThan(0)
  expect(disk.calls.slice(0, named)).toContain(disk.calls[named]?.replace('link', 'sync'))
  expect(disk.calls.slice(named)).toContain(`sync ${folder}`)
})
