import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { test } from '../fixtures.ts'
import { LONG } from '../long.ts'

const MEMBERS = LONG ? 10_000_000 : 150_000

/** What a process needs that keeps none of them; what it has left over is too little for all. */
const HEAP_MB = 56

test(
  'a tar of very many files is written and checked without all of them in memory',
  { timeout: LONG ? 1_800_000 : 120_000 },
  async ({ root }) => {
    const args = [`--max-old-space-size=${HEAP_MB}`, join(import.meta.dirname, 'many-members.ts'), root, String(MEMBERS)]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const { written, verdict } = JSON.parse(stdout) as { written: unknown; verdict: unknown }
    expect(verdict).toEqual(written)
  },
)
