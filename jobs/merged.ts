import { comparePaths } from './tar/plan.ts'

/** Walks what lies somewhere and what rows say of it, both in byte order of their paths, at once, pairing what has the same path. */
export async function* merged<listed extends { readonly path: string }, row extends { readonly path: string }>(
  listing: AsyncIterable<listed>,
  rows: AsyncIterable<row>,
): AsyncGenerator<{ listed: listed | null; row: row | null }, void, void> {
  const known = rows[Symbol.asyncIterator]()
  let row = await known.next()
  for await (const listed of listing) {
    while (!row.done && comparePaths(row.value.path, listed.path) < 0) {
      yield { listed: null, row: row.value }
      row = await known.next()
    }
    const same = !row.done && row.value.path === listed.path
    yield { listed, row: same ? row.value : null }
    if (same) row = await known.next()
  }
  while (!row.done) {
    yield { listed: null, row: row.value }
    row = await known.next()
  }
}
