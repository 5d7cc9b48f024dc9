import { glob, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { parseAst } from 'vitest/node'
import { ROOT } from './checks.ts'

/** A node of a syntax tree, as ESTree and its TypeScript extension name it. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** One file of TypeScript in the repository. */
export interface Source {
  /** Relative to the repository. */
  readonly path: string
  /** The folder of the workspace package that it is in, relative to the repository. */
  readonly folder: string
  readonly text: string
  /** Its statements. */
  readonly body: readonly Node[]
  /** Every node of its tree. */
  readonly nodes: readonly Node[]
  /** What it imports, also by `import()` and in types. */
  readonly imports: readonly string[]
}

/** Reads and parses every file of TypeScript in the packages of the workspace, in the order of their paths. */
export async function readSources(): Promise<Source[]> {
  const folders = (await list('**/package.json')).map(path => dirname(path)).filter(folder => folder !== '.')
  const paths = (await list('**/*.ts')).filter(path => folders.some(folder => path.startsWith(`${folder}/`)))
  return Promise.all(
    paths.map(async path => {
      const text = await readFile(join(ROOT, path), 'utf8')
      const { body } = parseAst(text, { lang: 'ts' }) as unknown as { body: readonly Node[] }
      const nodes = body.flatMap(node => [...walk(node)])
      const folder = folders.find(folder => path.startsWith(`${folder}/`)) ?? ''
      return { path, folder, text, body, nodes, imports: nodes.flatMap(specifier) }
    }),
  )
}

/** The line of a node, from 1. */
export function lineOf({ text }: Source, { start }: Node): number {
  return text.slice(0, start).split('\n').length
}

async function list(pattern: string): Promise<string[]> {
  const exclude = ({ name }: { name: string }): boolean => ['node_modules', 'dist'].includes(name) || name.startsWith('.')
  const found = await Array.fromAsync(glob(pattern, { cwd: ROOT, withFileTypes: true, exclude }))
  return found.map(entry => relative(ROOT, join(entry.parentPath, entry.name))).toSorted()
}

function* walk(value: unknown): Generator<Node, void, void> {
  if (Array.isArray(value)) for (const element of value) yield* walk(element)
  else if (isNode(value)) {
    yield value
    for (const field of Object.values(value)) yield* walk(field)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function specifier({ source }: Node): string[] {
  return isNode(source) && typeof source.value === 'string' ? [source.value] : []
}
