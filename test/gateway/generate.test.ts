import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect } from 'vitest'
import { composeSupergraph } from '@almagest/gateway/compose'
import { test } from '../fixtures.ts'
import { run } from './run.ts'

const workspace = fileURLToPath(new URL('../..', import.meta.url))

async function generate(...args: string[]): Promise<{ status: number | null; output: string }> {
  const { ended, output } = run('generate.ts', args)
  return { status: await ended, output: output() }
}

describe('what is generated from the SDLs', () => {
  test('is up to date', async () => {
    expect(await generate('--check')).toEqual({ status: 0, output: '' })
  })

  test('is found out of date after a change, and is not touched by looking', async ({ root }) => {
    await mkdir(join(root, 'schema'))
    await cp(join(workspace, 'schema/entities.ts'), join(root, 'schema/entities.ts'))
    for (const name of await readdir(join(workspace, 'subgraphs'))) {
      const path = join('subgraphs', name, 'schema.graphql')
      await cp(join(workspace, path), join(root, path)).catch(() => {})
    }
    expect((await generate(root)).status).toBe(0)
    expect(await generate('--check', root)).toEqual({ status: 0, output: '' })
    const path = join(root, 'subgraphs/staging/schema.graphql')
    await writeFile(path, (await readFile(path, 'utf8')).replace('leaseS: Int!', 'leaseS: Int!\n  note: String'))

    for (const _ of [1, 2]) {
      const { status, output } = await generate('--check', root)
      expect(status).toBe(1)
      expect(output.match(/\S+(?= is out of date)/g)).toEqual(['schema/supergraph.graphql', 'subgraphs/staging/resolvers.generated.ts'])
    }
  })
})

describe('composeSupergraph', () => {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])\n'

  test('gives the same text whatever the order', () => {
    const a = `${link} type Query { a: A } type A @key(fields: "id") { id: ID! }`
    const b = `${link} type A @key(fields: "id") { id: ID! b: Int }`

    expect(composeSupergraph({ b, a })).toBe(composeSupergraph({ a, b }))
    expect(composeSupergraph({ a, b })).not.toMatch(/localhost|127\.0\.0\.1/)
  })

  test('throws all that is wrong', () => {
    const a = `${link} type Query { a: A } type A @key(fields: "id") { id: ID! }`
    const b = `${link} type A @key(fields: "id") { id: ID! y: Int @requires(fields: "z") w: Int @requires(fields: "v") }`

    expect(() => composeSupergraph({ a, b })).toThrow(/the subgraphs do not compose:\n.+\n.+/)
  })
})
