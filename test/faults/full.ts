import { execFile } from 'node:child_process'
import { mkdtemp, rmdir, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Scene } from './episode.ts'
import type { LocationName } from './places.ts'

/** The locations that are small disks of their own, so that they can be full, in the order of the seeds. */
export const SMALL: readonly LocationName[] = [
  'cologne-archive',
  'chile-buffer',
  'cologne-buffer',
  'bonn-archive',
  'cologne-processing',
  'bonn-buffer',
]

const FULL_MS = 6_000

const run = promisify(execFile)

/** Whether this process may mount disks, and why not. */
export const NO_MOUNT = await withDisk(async () => null).catch(() => 'this process may not mount disks')

/** Fills one location up to a few bytes, at a moment and to a measure that the seed decides; makes room when work waits for it, or after a while. */
export async function fillDisk(scene: Scene): Promise<void> {
  const { system, seed, random, over, size } = scene
  await scene.executionId()
  const location = SMALL[(seed - 1) % SMALL.length] ?? 'cologne-archive'
  await delay(random.between(0, 1_500))
  const folder = dirname(system.places[location].root)
  const { blocks, bsize } = await statfs(folder)
  // Of some seeds nothing fits, of others one of the packages.
  const left = random.next() < 0.3 ? 0 : Math.floor(random.next() * size.bytes)
  await shrink(folder, Math.max(left, bsize))
  scene.did(`${location} full but for ${left === 0 ? 'nothing' : 'some bytes'}`)
  const since = performance.now()
  try {
    for (; !over.aborted && performance.now() - since < FULL_MS; await delay(50));
  } finally {
    await resize(folder, blocks * bsize)
  }
  const freed = performance.now()
  const waited = await askAgain(scene)
  for (; waited.length > 0 && !over.aborted; await delay(20)) {
    const { rowCount } = await system.db.query(`select from storage.operation where id = any($1::uuid[]) and state <> 'DONE'`, [waited])
    if (rowCount !== 0) continue
    scene.did('work waited for room')
    scene.recovered('room made → done', performance.now() - freed)
    break
  }
}

/** What waits for room is looked at again in a minute: an operator who has just made room asks at once. */
async function askAgain({ system }: Scene): Promise<string[]> {
  const { rows } = await system.db.query<{ id: string }>(
    `select id from storage.operation where state = 'WAITING' and next_run_at > now() + interval '5 s' and reason ~ 'bytes free|is full'`,
  )
  for (const { id } of rows) {
    await system.client.insist(`mutation ($id: ID!) { retryOperation(operationId: $id) { id } }`, { id })
  }
  return rows.map(({ id }) => id)
}

/** Leaves so much room; what is written at that moment may need more than there was a moment before, and then it is not taken away. */
async function shrink(folder: string, left: number): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { blocks, bfree, bsize } = await statfs(folder)
    try {
      await resize(folder, (blocks - bfree) * bsize + left)
      return
    } catch (error) {
      if (tries === 50) throw error
    }
  }
}

async function resize(folder: string, bytes: number): Promise<void> {
  await run('mount', ['-o', `remount,size=${bytes}`, folder])
}

async function withDisk<result>(use: () => Promise<result>): Promise<result> {
  const folder = await mkdtemp(join(tmpdir(), 'almagest-disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=65536', 'almagest', folder])
    try {
      return await use()
    } finally {
      await run('umount', [folder])
    }
  } finally {
    await rmdir(folder)
  }
}
