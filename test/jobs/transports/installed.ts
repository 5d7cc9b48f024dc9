import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram, librariesIn, unpackDebian } from '@almagest/gateway/local'
import { Outage } from '@almagest/schema'

const tools = join(import.meta.dirname, '../../../.almagest-tools')

/** rsync of this machine, or else Debian's, fetched once; or why there is none. */
export async function findRsync(): Promise<{ command: string; why: null } | { command: null; why: string }> {
  const path = process.env.PATH ?? ''
  const installed = await findProgram(['rsync'], path)
  if (installed !== null) return { command: installed, why: null }
  try {
    const root = await unpackDebian({ name: 'rsync', packages: [['rsync', 'libpopt0', 'libxxhash0']], tools, path })
    const command = join(root, 'rsync')
    await writeFile(command, `#!/bin/sh\nLD_LIBRARY_PATH='${await librariesIn(root)}' exec '${root}/usr/bin/rsync' "$@"\n`)
    await chmod(command, 0o755)
    return { command, why: null }
  } catch (error) {
    if (error instanceof Outage) return { command: null, why: error.message }
    throw error
  }
}
