import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** The keys of each site's data server, by the name of the site: the first signs, all verify. */
export type DataKeys = Readonly<Record<string, readonly [string, ...string[]]>>

const dataKeys = z.record(
  z.string(),
  z.tuple([z.string().min(32)], z.string().min(32)).or(
    z
      .string()
      .min(32)
      .transform((key): [string] => [key]),
  ),
)

/** A setting that names a file with the keys of data servers, as JSON: `{"chile": "key"}`, or `["new key", "old key"]` in its place; 32 characters each, or more. */
export function dataKeysSetting() {
  const rule = 'must be the path of a JSON file with a key, or a list of keys, of at least 32 characters for each site'
  return z.string().transform((path, context): DataKeys => {
    const read = dataKeys.safeParse(readJson(path))
    if (read.success) return read.data
    context.addIssue({ code: 'custom', message: rule })
    return z.NEVER
  })
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}
