import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test as base } from 'vitest'
import { observe, type Plan, readG3Frames } from '@almagest/gateway/local'

const test = base.extend<{ root: string }>({
  root: async ({}, use) => {
    const root = await mkdtemp(join(tmpdir(), 'almagest-'))
    await use(root)
    await rm(root, { recursive: true })
  },
})

const chai: Plan = {
  instrument: 'chai',
  obsId: 'CHAI-0042',
  target: { name: 'RCW 38', raDeg: 134.77, decDeg: -47.51 },
  startedAt: new Date('2026-11-21T23:59:50Z'),
  seconds: 600,
  filesPerModule: 2,
  bytesPerFile: 100_000,
  seed: 7,
}
const primeCam: Plan = { ...chai, instrument: 'prime-cam' }

async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted()
}

describe('the simulated telescope', () => {
  test('names the files of CHAI by date, module, observation and number', async ({ root }) => {
    const files = await observe(root, chai)
    expect(files.map(({ module, path }) => [module, path])).toEqual([
      ['lfa', '2026-11-21/lfa/chai_lfa_CHAI-0042_0000.fits'],
      ['lfa', '2026-11-21/lfa/chai_lfa_CHAI-0042_0001.fits'],
      ['hfa', '2026-11-21/hfa/chai_hfa_CHAI-0042_0000.fits'],
      ['hfa', '2026-11-21/hfa/chai_hfa_CHAI-0042_0001.fits'],
    ])
  })

  test('names the files of Prime-Cam by session, stream and number', async ({ root }) => {
    const files = await observe(root, { ...primeCam, modules: ['f350-1'] })
    expect(files.map(({ module, path }) => [module, path])).toEqual([
      ['f350-1', '17953/f350-1/1795305590_000.g3'],
      ['f350-1', '17953/f350-1/1795305590_001.g3'],
    ])
  })

  test.for([chai, primeCam])('leaves exactly the files it tells of, of the size it tells, for $instrument', async (plan, { root }) => {
    const files = await observe(root, plan)
    expect(await filesBelow(root)).toEqual(files.map(({ path }) => path).toSorted())
    for (const { path, bytes, digest } of files) {
      expect(bytes).toBe((await readFile(join(root, path))).length)
      expect(Math.abs(bytes - 100_000)).toBeLessThan(10_000)
      expect(digest).toBeUndefined()
    }
  })

  test.for([chai, primeCam])(
    'writes the same bytes from the same plan, and others from another seed, for $instrument',
    async (plan, { root }) => {
      const bytesOf = async (name: string, seed: number) => {
        const files = await observe(join(root, name), { ...plan, seed })
        return Promise.all(files.map(({ path }) => readFile(join(root, name, path))))
      }
      const [first, again, other] = [await bytesOf('first', 7), await bytesOf('again', 7), await bytesOf('other', 8)]
      first.forEach((bytes, index) => {
        expect(bytes.equals(again[index]!)).toBe(true)
        expect(bytes.equals(other[index]!)).toBe(false)
      })
      expect(new Set(first.map(bytes => sha256(bytes))).size).toBe(first.length)
    },
  )

  test('gives the digests that the instrument makes', async ({ root }) => {
    const [file] = await observe(root, { ...chai, digest: sha256 })
    expect(file!.digest).toBe(sha256(await readFile(join(root, file!.path))))
  })

  test('takes the start as the name of an observation that has none', async ({ root }) => {
    const { obsId: _, ...nameless } = chai
    const [file] = await observe(root, nameless)
    expect(file!.path).toBe('2026-11-21/lfa/chai_lfa_20261121T235950_0000.fits')
  })

  test('writes nothing when a name would leave its folder', async ({ root }) => {
    await expect(observe(root, { ...chai, obsId: '../x' })).rejects.toThrow('"../x" cannot be part of a file\'s name')
    await expect(observe(root, { ...primeCam, modules: ['f280-1', '.'] })).rejects.toThrow('"." cannot be part of a file\'s name')
    expect(await filesBelow(root)).toEqual([])
  })

  test('writes FITS files that fitsverify accepts', async ({ root, skip }) => {
    skip(spawnSync('fitsverify', ['-h']).error !== undefined, 'fitsverify is not installed here')
    const files = await observe(root, chai)
    const { status, stdout } = spawnSync(
      'fitsverify',
      files.map(({ path }) => join(root, path)),
      { encoding: 'utf8' },
    )
    expect(stdout.match(/Verification found 0 warning\(s\) and 0 error\(s\)/g), stdout).toHaveLength(4)
    expect(status).toBe(0)
  })

  test('writes one session of G3 frames over the files of a module', async ({ root }) => {
    const files = await observe(root, { ...primeCam, modules: ['f280-1'] })
    const frames = (await Promise.all(files.map(async ({ path }) => readG3Frames(await readFile(join(root, path)))))).flat()
    expect(frames.map(({ type }) => type).join('')).toBe('OWSSSSSSSS')
    frames.forEach(({ objects }, number) => {
      expect(objects.get('frame_num')).toEqual({ kind: 'G3Int', value: BigInt(number) })
      expect(objects.get('session_id')).toEqual({ kind: 'G3Int', value: 1795305590n })
      expect(objects.get('sostream_id')).toEqual({ kind: 'G3String', value: 'f280-1' })
    })
    expect(frames[0]!.objects.get('SourceName')).toEqual({ kind: 'G3String', value: 'RCW 38' })
  })

  test('sees the atmosphere drift and the target cross its detectors', async ({ root }) => {
    const [file] = await observe(root, { ...primeCam, modules: ['f280-1'], bytesPerFile: 1_000_000 })
    const data = readG3Frames(await readFile(join(root, file!.path))).map(({ objects }) => objects.get('data'))
    const streams = data.flatMap(object => (object?.kind === 'G3TimestreamMap' ? [object.value] : []))
    expect(streams.map(({ size }) => size)).toEqual([128, 128, 128, 128])
    const samplesOf = (detector: string) => streams.flatMap(scan => [...scan.get(detector)!.samples])
    const [one, other] = [samplesOf('r0040'), samplesOf('r0045')]
    expect(Math.max(...one) - mean(one)).toBeGreaterThan(1000)
    expect(one.indexOf(Math.max(...one))).not.toBe(other.indexOf(Math.max(...other)))
    const slow = (samples: number[]) => mean(samples.slice(0, 100)) - mean(samples.slice(-100))
    expect(Math.sign(slow(one))).toBe(Math.sign(slow(other)))
    expect(Math.abs(slow(one))).toBeGreaterThan(100)
  })
})

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
