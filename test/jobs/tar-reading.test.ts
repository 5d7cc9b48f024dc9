import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Outage, pathFault } from '@almagest/schema'
import { canonical, digestOf, type Manifest, manifestDigest, parseManifest, readTar, type TarMember } from '@almagest/jobs'
import { ODD_FILES, NOON, makePackage, pathOf, pieces, planTar, read } from './packages.ts'

describe('reading a tar', () => {
  test('confirms one that is its manifest, with the digest of the whole file, however it was cut', async () => {
    const { tar, manifest } = await makePackage(ODD_FILES)
    for (const size of [1, 511, 512, 4096, tar.length]) {
      expect(await readTar(pieces(tar, size), manifest)).toMatchObject({ ok: true, ...(await digestOf([tar])) })
    }
  })

  test('hands over each member and its bytes, and reads on past what was not wanted', async () => {
    const written = await makePackage({ a: 'aaaa', b: Buffer.alloc(5000, 1), c: 'cc', d: '' })
    const seen: Record<string, string> = {}
    const verdict = await readTar(pieces(written.tar, 100), written.manifest, {
      async onMember({ path }, chunks) {
        if (path === 'a') return
        for await (const chunk of chunks) {
          seen[path] = (seen[path] ?? '') + chunk.toString('latin1')
          if (path === 'b') return
        }
        seen[path] ??= ''
      },
    })
    expect(verdict).toMatchObject({ ok: true })
    expect(Object.keys(seen)).toEqual(['b', 'c', 'd'])
    expect(seen).toMatchObject({ c: 'cc', d: '' })
  })

  test('never ends the bytes of a member whose digest is wrong, and is not misled by what its reader makes of that', async () => {
    const { tar, manifest } = await makePackage({ a: 'aaaa', b: 'bbbb' })
    tar.writeUInt8(0x63, manifest.members[1]!.offset)
    const confirmed: string[] = []
    const verdict = await readTar(pieces(tar), manifest, {
      async onMember({ path }, chunks) {
        await digestOf(chunks).catch((cause: unknown) => {
          throw new Outage('the disk is full', { cause })
        })
        confirmed.push(path)
      },
    })
    expect(verdict).toMatchObject({ ok: false, member: 'b', reason: expect.stringContaining('its data has the digest') })
    expect(confirmed).toEqual(['a'])
  })

  test('passes on what the reader of a good member throws, and closes its source', async () => {
    const { tar, manifest } = await makePackage({ a: 'aaaa' })
    let closed = false
    async function* source() {
      try {
        yield* pieces(tar)
      } finally {
        closed = true
      }
    }
    const reading = readTar(source(), manifest, { onMember: () => Promise.reject(new Outage('the disk is full')) })
    await expect(reading).rejects.toThrow('the disk is full')
    expect(closed).toBe(true)
  })

  test('finds a tar cut off anywhere', async () => {
    const { tar, manifest } = await makePackage({ 'a.fits': 'abc', 'é.fits': Buffer.alloc(600, 7) })
    for (let end = 0; end < tar.length; end += end % 512 < 5 || end % 512 > 506 ? 1 : 37) {
      expect(await readTar(pieces(tar.subarray(0, end), 4096), manifest)).toMatchObject({
        ok: false,
        reason: expect.stringContaining('the tar ends'),
      })
    }
  })

  test('finds one flipped bit anywhere', async () => {
    const { tar, manifest } = await makePackage(
      { 'a.fits': 'abc', 'é.fits': Buffer.alloc(600, 7), [pathOf(120)]: 'long' },
      { mtimeNs: NOON + 1n },
    )
    const flip = async (bit: number) => {
      const damaged = Buffer.from(tar)
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      expect(await readTar(pieces(damaged, 4096), manifest)).toMatchObject({ ok: false, reason: expect.any(String) })
    }
    for (let byte = 0; byte < tar.length; byte++) await flip(byte * 8 + (byte % 8))
    await fc.assert(fc.asyncProperty(fc.nat(tar.length * 8 - 1), flip), { numRuns: 500 })
  })

  test('finds anything after the end', async () => {
    const { tar, manifest } = await makePackage({ a: 'abc' })
    for (const more of [Buffer.from([0]), Buffer.alloc(10_240), Buffer.from('junk')]) {
      expect(await readTar(pieces(Buffer.concat([tar, more])), manifest)).toMatchObject({
        ok: false,
        reason: expect.stringContaining('bytes after the end'),
      })
    }
  })

  test.each([
    ['a member is missing', { a: 'a', c: 'c' }, '"b": "c" stands in its place'],
    ['the last member is missing', { a: 'a', b: 'b' }, '"c": the tar ends before it'],
    ['there is one more', { a: 'a', b: 'b', bb: 'x', c: 'c' }, '"c": "bb" stands in its place'],
    ['there is one more at the end', { a: 'a', b: 'b', c: 'c', d: 'd' }, 'after the last member stands a file named "d"'],
    ['a member is longer', { a: 'a', b: 'bb', c: 'c' }, '"b": the header is not its own, from byte 134 on (size)'],
    ['a member has other bytes', { a: 'a', b: 'B', c: 'c' }, '"b": its data has the digest'],
  ])('names the member where %s', async (_what, files, reason) => {
    const { manifest } = await makePackage({ a: 'a', b: 'b', c: 'c' })
    const { tar } = await makePackage(files)
    expect(await read({ tar, manifest })).toMatchObject({ ok: false, reason: expect.stringContaining(reason) })
  })

  test('names the member where two are swapped or one is there twice', async () => {
    const { tar, manifest } = await makePackage({ a: 'a', b: 'b' })
    const [a, b, end] = [tar.subarray(0, 1024), tar.subarray(1024, 2048), tar.subarray(2048)]
    expect(await read({ tar: Buffer.concat([b, a, end]), manifest })).toMatchObject({
      ok: false,
      member: 'a',
      reason: '"a": "b" stands in its place',
    })
    expect(await read({ tar: Buffer.concat([a, a, end]), manifest })).toMatchObject({
      ok: false,
      member: 'b',
      reason: '"b": "a" stands in its place',
    })
  })

  test.each([
    ['1', 'a hard link'],
    ['2', 'a symbolic link'],
    ['3', 'a character device'],
    ['5', 'a folder'],
    ['6', 'a FIFO'],
    ['L', 'a GNU long name'],
    ['S', 'a GNU sparse file'],
    ['g', 'a global extended header'],
  ])('finds an entry of type %s in a member’s place', async (type, name) => {
    const { tar, manifest } = await makePackage({ 'a.fits': 'abc' })
    tar.write(type, 156)
    expect(await read({ tar, manifest })).toEqual({
      ok: false,
      member: 'a.fits',
      reason: `"a.fits": ${name} named "a.fits" stands in its place`,
    })
  })

  test.each(['../evil', '/etc/evil', 'a/../../evil'])('finds the path %s that a header was given', async path => {
    const { tar, manifest } = await makePackage({ 'a.fits': 'abc' })
    tar.fill(0, 0, 100).write(path)
    expect(await read({ tar, manifest })).toMatchObject({
      ok: false,
      member: 'a.fits',
      reason: expect.stringContaining(JSON.stringify(path)),
    })
  })

  test('refuses a manifest that names a path outside, or is of another tar', async () => {
    const { tar, manifest } = await makePackage({ a: 'a', b: 'b' })
    const [a, b] = manifest.members
    const reading = (members: Manifest['members']) => readTar(pieces(tar), { ...manifest, members })
    await expect(reading([{ ...a!, path: '../a' }])).rejects.toMatchObject({ code: 'BAD_PATH' })
    await expect(reading([b!, a!])).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(reading([a!, a!])).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(reading([a!, { ...b!, offset: 513 }])).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('takes back whatever was written', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter(text => !text.includes('/') && pathFault(text) === null)
    const path = fc.array(name, { minLength: 1, maxLength: 6 }).map(names => names.join('/'))
    const files = fc.dictionary(path, fc.uint8Array({ maxLength: 2000 }).map(Buffer.from), { maxKeys: 8, noNullPrototype: true })
    const ns = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })
    await fc.assert(
      fc.asyncProperty(
        files,
        ns,
        fc.integer({ min: 0, max: 0o777 }),
        fc.integer({ min: 1, max: 5000 }),
        async (contents, mtimeNs, mode, size) => {
          const paths = Object.keys(contents)
          fc.pre(!paths.some(one => paths.some(other => other.startsWith(`${one}/`))))
          const { tar, manifest } = await makePackage(contents, { mtimeNs, mode })
          const seen: Record<string, Buffer> = {}
          const verdict = await readTar(pieces(tar, size), manifest, {
            async onMember(member, chunks) {
              const parts: Buffer[] = []
              for await (const chunk of chunks) parts.push(Buffer.from(chunk))
              seen[member.path] = Buffer.concat(parts)
            },
          })
          expect(verdict).toMatchObject({ ok: true, ...(await digestOf([tar])) })
          expect(seen).toEqual(contents)
          expect(parseManifest(canonical(manifest))).toEqual(manifest)
        },
      ),
    )
  })

  test('ends with two zero blocks at least, in records of twenty', () => {
    expect(planTar([])).toMatchObject({ end: 0, bytes: 10_240 })
    const plan = planTar([{ path: 'a', bytes: 17 * 512, mode: 0o600, mtimeNs: 0n }])
    expect([plan.bytes, plan.bytes - plan.end]).toEqual([10_240, 1024])
    const next = planTar([{ path: 'a', bytes: 17 * 512 + 1, mode: 0o600, mtimeNs: 0n }])
    expect([next.bytes, next.bytes - next.end]).toEqual([20_480, 512 + 10_240])
  })
})

describe('a manifest', () => {
  test('has one text, a line for each member with its keys in order, and the digest of that text is the package’s identity', async () => {
    const { manifest } = await makePackage({ 'b.fits': 'b', 'a.fits': 'a' }, { mtimeNs: NOON })
    const text = canonical(manifest)
    expect(text).toBe(
      [
        '{"format":"almagest-manifest/1"}',
        '{"path":"a.fits","bytes":1,"digest":"blake3:17762fddd969a453925d65717ac3eea21320b66b54342fde15128d6caf21215f","offset":512,"mtimeNs":"1700000000000000000","mode":420}',
        '{"path":"b.fits","bytes":1,"digest":"blake3:10e5cf3d3c8a4f9f3468c8cc58eea84892a22fdadbc1acb22410190044c1d553","offset":1536,"mtimeNs":"1700000000000000000","mode":420}',
        '',
      ].join('\n'),
    )
    expect(manifestDigest(manifest)).toBe((await digestOf([Buffer.from(text)])).digest)
    expect(manifestDigest({ ...manifest, members: manifest.members.toReversed() })).toBe(manifestDigest(manifest))
  })

  test('differs when anything that is in the tar differs', async () => {
    const one = async (files: Record<string, string>, member: Partial<TarMember> = {}) =>
      manifestDigest((await makePackage(files, member)).manifest)
    const digests = [
      one({ a: 'a' }),
      one({ a: 'b' }),
      one({ b: 'a' }),
      one({ a: 'a' }, { mtimeNs: 1n }),
      one({ a: 'a' }, { mode: 0 }),
      one({}),
    ]
    expect(new Set(await Promise.all(digests)).size).toBe(digests.length)
  })

  test.each([
    ['empty', () => ''],
    ['of another format', (text: string) => text.replace('/1', '/2')],
    ['without its last newline', (text: string) => text.slice(0, -1)],
    ['with a key more', (text: string) => text.replace('"mode"', '"uid":0,"mode"')],
    ['with its keys in another order', (text: string) => text.replace(/("path":"a"),("bytes":1)/, '$2,$1')],
    ['with a digest that is none', (text: string) => text.replace('blake3:', 'md5:')],
    ['with a negative size', (text: string) => text.replace('"bytes":1', '"bytes":-1')],
    ['with its members in another order', (text: string) => text.replace(/(\{"path":"a.*\n)(.*\n)/, '$2$1')],
    ['with a space', (text: string) => text.replace(',"bytes"', ', "bytes"')],
  ])('is refused %s', async (_what, spoil) => {
    const text = canonical((await makePackage({ a: 'a', b: 'b' })).manifest)
    expect(spoil(text)).not.toBe(text)
    expect(() => parseManifest(spoil(text))).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
  })
})
