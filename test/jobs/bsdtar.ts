import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram, librariesIn, unpackDebian } from '@almagest/gateway/local'
import { Outage } from '@almagest/schema'

const tools = join(import.meta.dirname, '../../.almagest-tools')

/** bsdtar (libarchive) of this machine, or else Debian's, fetched once; or why there is none. */
export async function findBsdtar(): Promise<{ command: string; why: null } | { command: null; why: string }> {
  const path = process.env.PATH ?? ''
  const installed = await findProgram(['bsdtar'], path)
  if (installed !== null) return { command: installed, why: null }
  try {
    const root = await unpackDebian({ name: 'libarchive', packages: [['libarchive-tools', 'libarchive13']], tools, path })
    const command = join(root, 'bsdtar')
    await writeFile(command, `#!/bin/sh\nLD_LIBRARY_PATH='${await librariesIn(root)}' exec '${root}/usr/bin/bsdtar' "$@"\n`)
    await chmod(command, 0o755)
    return { command, why: null }
  } catch (error) {
    if (error instanceof Outage) return { command: null, why: error.message }
    throw error
  }
}
