import { join } from 'node:path'
import { librariesIn, unpackDebian } from '@almagest/gateway/local'
import { Outage } from '@almagest/schema'
import { LONG } from '../long.ts'

/* Libraries that are loaded before a program and come between it and the system; from Debian, fetched once. */

const TOOLS = join(import.meta.dirname, '../../.almagest-tools')

const path = process.env.PATH ?? ''

const unpackFiu = () => unpackDebian({ name: 'libfiu', packages: [['fiu-utils', 'libfiu0']], tools: TOOLS, path })
const unpackFaketime = () => unpackDebian({ name: 'faketime', packages: [['libfaketime']], tools: TOOLS, path })

/** Why no system call can fail here; null: it can. */
export const NO_FAILING_CALLS = await whyNot(unpackFiu)

/** Why no process can have another clock here; null: it can. */
export const NO_OTHER_CLOCK = await whyNot(unpackFaketime)

/** What only the long form tries, only that fetches. */
async function whyNot(unpack: () => Promise<string>): Promise<string | null> {
  if (!LONG) return 'it is for npm run test:faults'
  try {
    await unpack()
    return null
  } catch (error) {
    if (error instanceof Outage) return error.message
    throw error
  }
}

/** System calls that fail. */
export interface Failing {
  /** As libfiu calls them: `posix/io/sync/fsync`. */
  readonly calls: readonly string[]
  /** Which share of them fails with EIO, at most 1. */
  readonly share: number
}

/** The environment in which a process meets failing system calls, by libfiu. */
export async function failingCalls({ calls, share }: Failing): Promise<Record<string, string>> {
  const root = await unpackFiu()
  const folder = join(root, 'usr/lib/fiu')
  const EIO = 5
  return {
    LD_LIBRARY_PATH: `${join(root, 'usr/lib')}:${await librariesIn(root)}`,
    LD_PRELOAD: `${join(folder, 'fiu_run_preload.so')} ${join(folder, 'fiu_posix_preload.so')}`,
    FIU_ENABLE: calls.map(name => `enable_random name=${name},probability=${share},failinfo=${EIO}\n`).join(''),
  }
}

/** The environment in which a process believes in another clock, by libfaketime: `+2h`, `-30d x10`. What only measures how long something takes is left alone. */
export async function otherClock(clock: string): Promise<Record<string, string>> {
  const root = await unpackFaketime()
  const folders = await librariesIn(root)
  const library = join(folders.split(':')[0] ?? '', 'faketime/libfaketimeMT.so.1')
  return { LD_PRELOAD: library, FAKETIME: clock, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' }
}
