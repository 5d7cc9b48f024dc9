import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyFolder, makeLedger } from '@almagest/gateway/local'

test('a folder of a person is taken along whole, names that are no text too, and what cannot be filed is told of', async () => {
  const home = await mkdtemp(join(tmpdir(), 'almagest-ledger-'))
  const [folder, root] = [join(home, 'mine'), join(home, 'source')]
  const raw = (below: string, name: string) => Buffer.concat([Buffer.from(`${below}/`), Buffer.from(name, 'latin1')])
  await mkdir(folder)
  await mkdir(raw(folder, 'n\u00e9ght'))
  await writeFile(raw(folder, 'n\u00e9ght/\u00ff.dat'), 'alpha')
  await writeFile(join(folder, 'größe.dat'), 'beta')
  await writeFile(join(folder, '\\xe9.dat'), 'gamma')
  await symlink('/etc/hostname', join(folder, 'link'))

  const { paths, leftOut } = await copyFolder(folder, { root, name: 'taken' })

  expect(paths.sort()).toEqual(['taken/größe.dat', 'taken/n\\xe9ght/\\xff.dat'])
  expect(await readFile(raw(root, 'taken/n\u00e9ght/\u00ff.dat'), 'utf8')).toBe('alpha')
  expect(leftOut.map(({ path, reason }) => [path, reason.slice(0, 28)]).sort()).toEqual([
    ['\\x5cxe9.dat', 'its path contains a backslas'],
    ['link', 'it is a symbolic link'],
  ])
  expect(await makeLedger(root, paths)).toMatchObject({ files: 2, bytes: 9 })
  await rm(home, { recursive: true })
})
