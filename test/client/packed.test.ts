import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect } from 'vitest'
import { digestOfFile } from '@almagest/client/node'
import { ROOT } from '../checks.ts'
import { run } from '../gateway/run.ts'
import { test } from './fixtures.ts'

const PROGRAM = `
import { FindFilesDocument, newId, openAlmagest, Refusal, type RefusalCode } from '@almagest/client'
import { digestOfFile, openSpool } from '@almagest/client/node'

const almagest = openAlmagest({ url: process.argv[2] ?? '' })
const paths: string[] = []
for await (const { path } of almagest.find({ path: 'packed/none.fits' })) paths.push(path)
const { rawDataFiles } = await almagest.ask(FindFilesDocument, { first: 1 })
const code: RefusalCode | null = await almagest.whyBlocked(newId()).then(() => null, (error: unknown) => (error instanceof Refusal ? error.code : null))
const spool = await openSpool({ folder: process.argv[3] ?? '', almagest: null })
console.log(JSON.stringify({ paths, found: Array.isArray(rawDataFiles?.nodes), code, waiting: (await spool.state()).waiting, digest: await digestOfFile('program.ts') }))
`

const TSC = [
  '--strict',
  '--ignoreConfig',
  '--module',
  'nodenext',
  '--target',
  'es2022',
  '--lib',
  'es2023,esnext.disposable,dom',
  '--types',
  'node',
]

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function execute(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  return promisify(execFile)(command, args, { cwd }).then(
    output => ({ code: 0, ...output }),
    (error: Ran) => error,
  )
}

describe('the package', () => {
  test('is packed, installed without a network into an empty project, compiled against and run', async ({ startGraph, root }) => {
    const client = join(ROOT, 'client')
    const { packageManager } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { packageManager: string }
    const packing = ['-y', packageManager, '--pm-on-fail=ignore', 'pack', '--pack-destination', root]
    expect(await execute('npx', packing, client)).toMatchObject({ code: 0 })
    const tarballs = (await readdir(root)).filter(name => name.endsWith('.tgz'))
    expect(tarballs).toEqual(['almagest-client-1.0.0.tgz'])
    expect(await readdir(client)).not.toContain('dist')

    const project = join(root, 'project')
    await mkdir(project)
    await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }))
    for (const name of ['@napi-rs/blake-hash', '@noble/hashes', 'yaml', '@types/node', 'undici-types']) await packInstalled(name, root)
    const packed = (await readdir(root)).filter(name => name.endsWith('.tgz')).map(name => join('..', name))
    const install = await execute('npm', ['install', '--offline', '--omit=optional', '--no-audit', '--no-fund', ...packed], project)
    expect(install).toMatchObject({ code: 0 })
    await writeFile(join(project, 'program.ts'), PROGRAM)
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    expect(await execute(process.execPath, [tsc, ...TSC, 'program.ts'], project)).toMatchObject({ code: 0, stdout: '' })
    const { url } = await startGraph()
    const ran = await execute(process.execPath, ['program.js', url, join(root, 'spool')], project)
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(ran.stdout)).toEqual({
      paths: [],
      found: true,
      code: 'NOT_FOUND',
      waiting: 0,
      digest: await digestOfFile(join(project, 'program.ts')),
    })

    await writeFile(join(project, 'misspelt.ts'), PROGRAM.replace('const { path }', 'const { pathh }'))
    expect(await execute(process.execPath, [tsc, ...TSC, '--noEmit', 'misspelt.ts'], project)).toMatchObject({
      code: expect.any(Number) as number,
      stdout: expect.stringMatching(/Property 'pathh' does not exist/) as string,
    })
    await writeFile(join(project, 'misspelt.ts'), PROGRAM.replace('{ first: 1 }', '{ firsst: 1 }'))
    expect((await execute(process.execPath, [tsc, ...TSC, '--noEmit', 'misspelt.ts'], project)).stdout).toMatch(/'firsst' does not exist/)
  })

  test('is not generated from a schema in which one of its operations can no longer be asked', async ({ root }) => {
    for (const folder of ['schema', 'gateway/operations', 'client/python']) await mkdir(join(root, folder), { recursive: true })
    await cp(join(ROOT, 'schema/entities.ts'), join(root, 'schema/entities.ts'))
    await cp(join(ROOT, 'gateway/operations'), join(root, 'gateway/operations'), { recursive: true })
    await cp(join(ROOT, 'client/python/base.py'), join(root, 'client/python/base.py'))
    for (const name of ['observation', 'data-package', 'storage', 'staging'])
      await cp(join(ROOT, 'subgraphs', name, 'schema.graphql'), join(root, 'subgraphs', name, 'schema.graphql'))
    const generate = async (): Promise<string> => {
      const { ended, output } = run('generate.ts', [root])
      await ended
      return output()
    }
    await generate()
    expect(await readFile(join(root, 'client/operations.generated.ts'), 'utf8')).toBe(
      await readFile(join(ROOT, 'client/operations.generated.ts'), 'utf8'),
    )
    const path = join(root, 'subgraphs/staging/schema.graphql')
    await writeFile(
      path,
      (await readFile(path, 'utf8')).replace('  requestedBy: String!\n  "Lower runs first."', '  askedBy: String!\n  "Lower runs first."'),
    )

    expect(await generate()).toMatch(/gateway\/operations: Staging: Cannot query field "requestedBy" on type "StagingRequest"/)
  })
})

/** Packs a dependency as it is installed here. */
async function packInstalled(name: string, root: string): Promise<void> {
  const copy = join(root, name.replace('/', '-'))
  await cp(await folderOf(name), copy, { recursive: true, dereference: true })
  expect(await execute('npm', ['pack', '--ignore-scripts', copy], root)).toMatchObject({ code: 0 })
}

async function folderOf(name: string): Promise<string> {
  const types = join(ROOT, 'node_modules/@types/node')
  if (name === '@types/node') return types
  if (name !== 'undici-types') return join(ROOT, 'client/node_modules', name)
  // What only another package depends on lies beside where that one really lies.
  return dirname(createRequire(join(await realpath(types), 'package.json')).resolve(`${name}/package.json`))
}
