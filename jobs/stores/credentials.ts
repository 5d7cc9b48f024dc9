import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { Outage } from '@almagest/schema'
import type { S3Credentials } from './s3/client.ts'

const file = z.record(
  z.string(),
  z.object({ accessKey: z.string().min(1), secretKey: z.string().min(1), sessionToken: z.string().min(1).optional() }),
)

/** Finds credentials by the name that a location's row has for them; throws Outage if it cannot. */
export type FindCredentials = (name: string) => Promise<S3Credentials>

/**
 * The credentials of a file, `{ "name": { "accessKey": …, "secretKey": …, "sessionToken": … } }`. It is read again when it has changed, so
 * that what was renewed is used by work that runs. No message tells what is in it.
 */
export function credentialsIn(path: string | undefined): FindCredentials {
  let known: { readonly mtimeMs: number; readonly entries: z.output<typeof file> } | null = null

  async function load(path: string): Promise<z.output<typeof file>> {
    const { mtimeMs } = await stat(path)
    if (known?.mtimeMs === mtimeMs) return known.entries
    const parsed = file.safeParse(JSON.parse(await readFile(path, 'utf8')))
    if (!parsed.success) throw new Error('it does not have the form that it must have')
    known = { mtimeMs, entries: parsed.data }
    return known.entries
  }

  return async name => {
    if (path === undefined)
      throw new Outage(`this worker was given no file of credentials (S3_CREDENTIALS_FILE), and so none named ${name}`)
    // What JSON.parse says would quote the file.
    const entries = await load(path).catch(() => null)
    if (!entries) throw new Outage('this worker cannot read its file of credentials (S3_CREDENTIALS_FILE)')
    const entry = Object.hasOwn(entries, name) ? entries[name] : undefined
    if (!entry) throw new Outage(`this worker has no credentials named ${name}`)
    const { accessKey, secretKey, sessionToken } = entry
    return { accessKeyId: accessKey, secretAccessKey: secretKey, ...(sessionToken ? { sessionToken } : {}) }
  }
}
