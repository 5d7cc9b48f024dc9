import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'

/** A service of one bucket whose objects are the files of a folder, so that others can look at them without it. It checks no signatures. */
export interface FolderBucket extends AsyncDisposable {
  readonly endpoint: string
  /** Forgets all uploads that are not complete, as a service may. */
  forgetUploads(): number
}

interface Kept {
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
}

interface Upload {
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly parts: Map<number, { readonly etag: string; readonly bytes: Buffer }>
  readonly initiated: string
}

interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
}

/** Starts the service on 127.0.0.1; an object appears whole or not at all. Names that begin with `.uploading` are its own. */
export async function startFolderBucket(root: string): Promise<FolderBucket> {
  const objects = new Map<string, Kept>()
  const uploads = new Map<string, Upload>()
  let count = 0

  async function put(key: string, bytes: Buffer, { etag, headers }: Kept): Promise<void> {
    const part = join(root, `.uploading-${(count += 1)}`)
    await writeFile(part, bytes)
    await mkdir(dirname(join(root, key)), { recursive: true })
    await rename(part, join(root, key))
    objects.set(key, { etag, headers })
  }

  async function answer(incoming: IncomingMessage, body: Buffer): Promise<Reply> {
    const { method = '', headers } = incoming
    const { pathname, searchParams: query } = new URL(incoming.url ?? '', 'http://service')
    const [, , ...names] = pathname.split('/').map(decodeURIComponent)
    const key = names.join('/')
    const upload = uploads.get(query.get('uploadId') ?? '')
    const sent = headers['content-md5']
    if (sent !== undefined && sent !== createHash('md5').update(body).digest('base64')) return failed(400, 'BadDigest')
    if (key === '') return query.has('uploads') ? xml('ListMultipartUploadsResult', listUploads(query.get('prefix') ?? '')) : list(query)
    if (query.has('uploadId') && !upload) return failed(404, 'NoSuchUpload')
    if (method === 'POST' && query.has('uploads')) {
      const id = `upload-${(count += 1)}`
      uploads.set(id, { key, headers: metaOf(headers), parts: new Map(), initiated: new Date().toISOString() })
      return xml('InitiateMultipartUploadResult', `<UploadId>${id}</UploadId>`)
    }
    if (upload && method === 'PUT') {
      const etag = md5(body)
      upload.parts.set(Number(query.get('partNumber')), { etag, bytes: body })
      return { status: 200, headers: { etag: `"${etag}"` } }
    }
    if (upload && method === 'GET') return xml('ListPartsResult', listParts(upload))
    if (upload && method === 'DELETE') {
      uploads.delete(query.get('uploadId') ?? '')
      return { status: 204 }
    }
    if (upload && method === 'POST') {
      if (headers['if-none-match'] === '*' && objects.has(key)) return failed(412, 'PreconditionFailed')
      const wanted = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>"?([^"<]*)"?<\/ETag>/g)]
      const parts = wanted.map(([, number, etag]) => ({ part: upload.parts.get(Number(number)), etag }))
      if (parts.length === 0 || parts.some(({ part, etag }) => part?.etag !== etag?.replaceAll('&quot;', '')))
        return failed(400, 'InvalidPart')
      const etag = `${md5(Buffer.concat(parts.map(({ part }) => Buffer.from(part?.etag ?? '', 'hex'))))}-${parts.length}`
      await put(key, Buffer.concat(parts.map(({ part }) => part?.bytes ?? Buffer.alloc(0))), { etag, headers: upload.headers })
      uploads.delete(query.get('uploadId') ?? '')
      return xml('CompleteMultipartUploadResult', `<ETag>"${etag}"</ETag>`)
    }
    if (method === 'PUT') {
      if (headers['if-none-match'] === '*' && objects.has(key)) return failed(412, 'PreconditionFailed')
      const source = headers['x-amz-copy-source']
      const bytes = source === undefined ? body : await bytesOf(decodeURIComponent(String(source)).split('/').slice(2).join('/'))
      if (bytes === null) return failed(404, 'NoSuchKey')
      await put(key, bytes, { etag: md5(bytes), headers: metaOf(headers) })
      const etag = `"${md5(bytes)}"`
      return source === undefined ? { status: 200, headers: { etag } } : xml('CopyObjectResult', `<ETag>${etag}</ETag>`)
    }
    if (method === 'DELETE') {
      objects.delete(key)
      await rm(join(root, key), { force: true })
      return { status: 204 }
    }
    return get(incoming, key)
  }

  async function get({ method, headers }: IncomingMessage, key: string): Promise<Reply> {
    const kept = objects.get(key)
    const bytes = kept ? await bytesOf(key) : null
    if (!kept || bytes === null) return failed(404, 'NoSuchKey')
    if (headers['if-match'] !== undefined && headers['if-match'] !== `"${kept.etag}"`) return failed(412, 'PreconditionFailed')
    const { mtime } = await stat(join(root, key))
    const about = { ...kept.headers, etag: `"${kept.etag}"`, 'last-modified': mtime.toUTCString(), 'accept-ranges': 'bytes' }
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
    if (method === 'HEAD' || first === undefined)
      return { status: 200, headers: { ...about, 'content-length': String(bytes.length) }, body: bytes }
    if (Number(first) >= bytes.length) return failed(416, 'InvalidRange')
    const end = Math.min(last ? Number(last) + 1 : bytes.length, bytes.length)
    const range = `bytes ${first}-${end - 1}/${bytes.length}`
    return { status: 206, headers: { ...about, 'content-range': range }, body: bytes.subarray(Number(first), end) }
  }

  async function bytesOf(key: string): Promise<Buffer | null> {
    const file = await open(join(root, key)).catch(() => null)
    if (!file) return null
    try {
      return await readFile(file)
    } finally {
      await file.close()
    }
  }

  async function list(query: URLSearchParams): Promise<Reply> {
    const after = query.get('continuation-token') ?? ''
    const all = [...objects.keys()].filter(key => key.startsWith(query.get('prefix') ?? '') && key > after).toSorted()
    const most = Number(query.get('max-keys') ?? 1_000)
    const rows = await Promise.all(
      all.slice(0, most).map(async key => {
        const { size, mtime } = await stat(join(root, key)).catch(() => ({ size: 0, mtime: new Date(0) }))
        const name = encodeURIComponent(key)
        return `<Contents><Key>${name}</Key><Size>${size}</Size><ETag>&quot;${objects.get(key)?.etag}&quot;</ETag><LastModified>${mtime.toISOString()}</LastModified></Contents>`
      }),
    )
    const more = all.length > most
    const next = more ? `<NextContinuationToken>${encodeURIComponent(all[most - 1] ?? '')}</NextContinuationToken>` : ''
    return xml('ListBucketResult', `<IsTruncated>${more}</IsTruncated>${next}${rows.join('')}`)
  }

  function listUploads(prefix: string): string {
    const rows = [...uploads].filter(([, { key }]) => key.startsWith(prefix))
    return rows
      .map(([id, { key, initiated }]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${initiated}</Initiated></Upload>`)
      .join('')
  }

  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing))
  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const { status, headers = {}, body = '' } = await answer(incoming, Buffer.concat(chunks))
      outgoing.writeHead(status, {
        ...(incoming.method === 'HEAD' ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      })
      outgoing.end(incoming.method === 'HEAD' ? '' : body)
    } catch {
      outgoing.destroy()
    }
  }
  await mkdir(root, { recursive: true })
  for (const name of await readdir(root)) if (name.startsWith('.uploading')) await rm(join(root, name))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forgetUploads() {
      const { size } = uploads
      uploads.clear()
      return size
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function listParts({ parts, initiated }: Upload): string {
  return [...parts]
    .toSorted(([a], [b]) => a - b)
    .map(
      ([number, { etag, bytes }]) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${etag}&quot;</ETag><Size>${bytes.length}</Size><LastModified>${initiated}</LastModified></Part>`,
    )
    .join('')
}

function metaOf(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith('x-amz-meta-') || name === 'content-type')
      .map(([name, value]) => [name, String(value)]),
  )
}

function xml(name: string, inner: string): Reply {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0"?><${name}>${inner}</${name}>` }
}

function failed(status: number, code: string): Reply {
  return { status, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0"?><Error><Code>${code}</Code></Error>` }
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex')
}
