import { createHmac, timingSafeEqual } from 'node:crypto'

/** A file that may be downloaded from the data server of its site: the copy it is of, its path at the location, until when (seconds since 1970). */
export interface Download {
  readonly copyId: string
  readonly path: string
  readonly expires: number
}

/** How long the address of a download can be used: the file has to be asked for within that time, and may take longer. In seconds. */
export const DOWNLOAD_S = 3_600

/** The address of a download, signed with a key of the data server at `url`. */
export function addressOf(download: Download, { url, key }: { url: string; key: string }): string {
  const { copyId, path, expires } = download
  const search = new URLSearchParams({ path, expires: String(expires), signature: macOf(key, download).toString('base64url') })
  return `${url.replace(/\/+$/, '')}/files/${copyId}?${search}`
}

/** The download that is asked for, if its address was signed with one of the keys; else `null`. `asked` is the path of a request. */
export function readAddress(asked: string, keys: readonly string[]): Download | null {
  const { pathname, searchParams } = new URL(asked, 'http://data.invalid')
  const [, copyId] = /^\/files\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(pathname) ?? []
  const [path, expires, signature] = ['path', 'expires', 'signature'].map(name => searchParams.get(name) ?? '')
  if (copyId === undefined || !path || !/^\d{1,12}$/.test(expires ?? '') || !/^[\w-]{43}$/.test(signature ?? '')) return null
  const download = { copyId, path, expires: Number(expires) }
  const given = Buffer.from(signature ?? '', 'base64url')
  const valid = keys.filter(key => given.length === 32 && timingSafeEqual(given, macOf(key, download)))
  return valid.length > 0 ? download : null
}

function macOf(key: string, { copyId, path, expires }: Download): Buffer {
  return createHmac('sha256', key).update(`almagest download v1\n${copyId}\n${path}\n${expires}`).digest()
}
