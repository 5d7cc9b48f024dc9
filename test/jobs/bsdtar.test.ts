import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test as base } from 'vitest'
import { digestOf, readForeignTar } from '@almagest/jobs'
import { findBsdtar } from './bsdtar.ts'
import { makePackage, NOON, ODD_FILES, pathOf, pieces } from './packages.ts'

const run = promisify(execFile)
const { command, why } = await findBsdtar()
const bsdtar = command ?? 'bsdtar'
const env = { ...process.env, LC_ALL: 'C.UTF-8' }

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'almagest-bsdtar-'))
    await use(folder)
    await rm(folder, { recursive: true })
  },
})

describe.skipIf(command === null)(`bsdtar${why === null ? '' : `, which is not here: ${why}`}`, () => {
  test('unpacks the tars that are written here, every byte and nanosecond of them', async ({ folder }) => {
    const mtimeNs = NOON + 1n
    const { tar, manifest } = await makePackage(ODD_FILES, { mtimeNs, mode: 0o640 })
    await writeFile(join(folder, 'p.tar'), tar)
    const listed = await run(bsdtar, ['-tf', 'p.tar'], { cwd: folder, env })
    const unpacked = await run(bsdtar, ['-xpf', 'p.tar'], { cwd: folder, env })
    expect([listed.stderr, unpacked.stderr]).toEqual(['', ''])
    expect(listed.stdout.trimEnd().split('\n')).toHaveLength(manifest.members.length)
    for (const { path, bytes, digest } of manifest.members) {
      expect(await digestOf([await readFile(join(folder, path))])).toEqual({ bytes, digest })
      const found = await stat(join(folder, path), { bigint: true })
      expect([found.mtimeNs, Number(found.mode & 0o777n)]).toEqual([mtimeNs, 0o640])
    }
  })

  test('unpacks names that are no text, and writes tars of them that are read here', async ({ folder }) => {
    const { tar } = await makePackage({ 'n\\xe9ght/\\xff.fits': 'abc', 'plain.fits': 'd' })
    await writeFile(join(folder, 'p.tar'), tar)
    await mkdir(join(folder, 'in'))
    const unpacked = await run(bsdtar, ['-xf', '../p.tar'], { cwd: join(folder, 'in'), env })
    expect(unpacked.stderr).toBe('')
    expect(await readFile(Buffer.concat([Buffer.from(`${folder}/in/`), Buffer.from('n\u00e9ght/\u00ff.fits', 'latin1')]), 'utf8')).toBe(
      'abc',
    )
    for (const format of ['pax', 'gnutar']) {
      const { stdout } = await run(bsdtar, [`--format=${format}`, '-cf', '-', '.'], { cwd: join(folder, 'in'), env, encoding: 'buffer' })
      const found: string[] = []
      await readForeignTar(pieces(stdout, 700), async ({ path }) => found.push(path))
      expect(found.sort()).toEqual(['n\\xe9ght/\\xff.fits', 'plain.fits'])
    }
  })

  test.for(['ustar', 'pax', 'gnutar'] as const)(
    'writes tars in the format %s of which every file is read here',
    async (format, { folder }) => {
      const files: Record<string, string> = {
        'night/one.fits': '1',
        'night/zero.fits': '',
        ...(format !== 'ustar' && { 'größe/星.fits': 'beyond ASCII', [pathOf(300)]: 'longer' }),
      }
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), content)
        await utimes(join(folder, path), Number(NOON / 1_000_000_000n), Number(NOON / 1_000_000_000n))
      }
      const { stdout } = await run(bsdtar, [`--format=${format}`, '-cf', '-', '.'], { cwd: folder, env, encoding: 'buffer' })
      const found: Record<string, string> = {}
      await readForeignTar(pieces(stdout, 700), async ({ path, mtimeNs }, chunks) => {
        const parts: Buffer[] = []
        for await (const chunk of chunks) parts.push(Buffer.from(chunk))
        found[path] = Buffer.concat(parts).toString()
        expect(mtimeNs).toBe(NOON)
      })
      expect(found).toEqual(files)
    },
  )
})
