import { checkPath, pathFault } from '@almagest/schema'
import type { Listed } from '../store.ts'
import { checkPresent, isOurs, statOf, unquoted, type Place } from './place.ts'
import { childrenOf, textOf } from './xml.ts'

/** One object as a list shows it, under its whole key. */
export interface ListedObject {
  readonly key: string
  readonly bytes: number
  readonly etag: string
  readonly modified: string
}

/** `Store.list` of an S3 service, a thousand objects at a time. */
export async function* listS3(
  place: Place,
  folder?: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Listed, void, void> {
  if (folder !== undefined) checkPath(folder)
  await checkPresent(place)
  for await (const { key, ...object } of objectsUnder(place, `${place.prefix}${folder === undefined ? '' : `${folder}/`}`, { signal })) {
    const path = key.slice(place.prefix.length)
    if (isOurs(path)) continue
    const { bytes, mtimeNs, inode } = statOf(object)
    yield { path, fault: pathFault(path), kind: 'FILE', bytes, mtimeNs, inode }
  }
  await checkPresent(place)
}

/** All objects whose keys begin with a prefix, in byte order. */
export async function* objectsUnder(
  { client }: Place,
  prefix: string,
  { signal, atOnce = 1000 }: { signal?: AbortSignal | undefined; atOnce?: number } = {},
): AsyncGenerator<ListedObject, void, void> {
  let token = ''
  for (;;) {
    const { xml } = await client.call({
      method: 'GET',
      query: {
        'list-type': '2',
        'encoding-type': 'url',
        'max-keys': String(atOnce),
        prefix,
        ...(token ? { 'continuation-token': token } : {}),
      },
      doing: 'list its objects',
      signal,
    })
    for (const object of xml ? childrenOf(xml, 'Contents') : []) {
      yield {
        key: decodeURIComponent(textOf(object, 'Key').replaceAll('+', ' ')),
        bytes: Number(textOf(object, 'Size')),
        etag: unquoted(textOf(object, 'ETag')),
        modified: textOf(object, 'LastModified'),
      }
    }
    token = textOf(xml, 'NextContinuationToken')
    if (textOf(xml, 'IsTruncated') !== 'true' || !token) return
  }
}
