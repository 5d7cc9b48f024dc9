import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { buildSchema, Kind, parse, validate, type NameNode, type StringValueNode } from 'graphql'
import { expect, test } from 'vitest'
import { ROOT } from './checks.ts'

/** What tells people what to do, task by task. */
const TASKS = ['docs/instruments.md', 'docs/scientists.md', 'docs/operators.md']

const DOCS = [...TASKS, 'docs/production.md']

test.for(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'NOTICE', ...DOCS])(
  '%s names only files and scripts that are there',
  async document => {
    const text = await readFile(join(ROOT, document), 'utf8')
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
    const named = [...text.matchAll(/(?:^|[\s`(])((?:[\w@.-]+\/)*[\w.-]+\.(?:ts|mjs|json|graphql|md))\b/g)].flatMap(([, path = '']) => path)
    const run = [...text.matchAll(/npm (?:run )?(start|test|check|generate|migration)\b/g)].flatMap(([, script = '']) => script)
    const made = ['first.graphql', 'test/reports/use-cases.md', 'test/reports/faults.md', 'test/reports/mutants.md']
    const inFolder = (path: string): boolean =>
      ['.', 'subgraphs/observation', dirname(document)].some(folder => existsSync(join(ROOT, folder, path)))

    expect(named.filter(path => !made.includes(path) && !inFolder(path))).toEqual([])
    expect(run.filter(script => !(script in scripts))).toEqual([])
  },
)

test.for(['README.md', ...DOCS])('%s asks only what the graph answers', async document => {
  const schema = buildSchema(await readFile(join(ROOT, 'schema/supergraph.graphql'), 'utf8'), { assumeValid: true })
  const text = await readFile(join(ROOT, document), 'utf8')
  const blocks = [...text.matchAll(/^```graphql\n([^]*?)^```$/gm)].map(([, block = '']) => block)
  const asked = [...text.matchAll(/^ask <<< '([^']*)'$/gm)].map(([, one = '']) => one)
  const documents = [...blocks, ...asked].flatMap(text =>
    parse(text).definitions.map(one => ({ kind: Kind.DOCUMENT, definitions: [one] }) as const),
  )
  const faults = documents.flatMap(one => validate(schema, one).map(({ message }) => message))

  expect(faults).toEqual([])
})

test.for(['README.md', ...TASKS])('%s says only commands and options that almagest has', async document => {
  const text = await readFile(join(ROOT, document), 'utf8')
  const shell = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = '']) => block.replaceAll('\\\n', ' ')).join('\n')
  const lines = shell.split('\n').filter(line => line.startsWith('almagest '))
  const said = lines.map(line => (line.match(/'[^']*'|\S+/g) ?? []).slice(1))
  const names = [...new Set(said.map(([name = '']) => name))]
  const helps = new Map(await Promise.all(names.map(async name => [name, await helpOf(name)] as const)))
  const faults = said.flatMap(([name = '', ...words]) => {
    const help = helps.get(name) ?? ''
    const options = words.filter(word => word.startsWith('--') && !new RegExp(`^ +${word} `, 'm').test(help))
    const usage = help.split('\n', 1)[0] ?? ''
    return name === 'admin' && !new RegExp(`[ |]${words[0]}[ |]`).test(usage) ? [`admin ${words[0]}`, ...options] : options
  })

  expect(lines.length).toBeGreaterThan(3)
  expect(names.filter(name => !helps.get(name)?.startsWith(`almagest ${name}`))).toEqual([])
  expect(faults).toEqual([])
})

/** What `almagest NAME --help` prints. */
async function helpOf(name: string): Promise<string> {
  const main = join(ROOT, 'client/cli/almagest.mjs')
  return promisify(execFile)(process.execPath, [main, name, '--help']).then(
    ({ stdout }) => stdout,
    () => '',
  )
}

test('docs/production.md names every setting of a worker, and so does its help', async () => {
  const source = await readFile(join(ROOT, 'jobs/run.ts'), 'utf8')
  const [, settings = ''] = /const environment = z\.object\(\{\n([^]*?)\n\}\)/.exec(source) ?? []
  const names = [...settings.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].flatMap(([, name = '']) => name)
  const row =
    (await readFile(join(ROOT, 'docs/production.md'), 'utf8')).split('\n').find(line => line.startsWith('| `node jobs/main.ts')) ?? ''
  const help = /const HELP = `([^]*?)`/.exec(source)?.[1] ?? ''

  expect(names.length).toBeGreaterThan(10)
  expect(names.filter(name => !row.includes(`\`${name}\``) || !help.includes(name))).toEqual([])
})

test('README.md has the help of npm start word for word', async () => {
  const help =
    /export const HELP = `(npm start[^]*?--help[^\n]*)/.exec(await readFile(join(ROOT, 'gateway/local/options.ts'), 'utf8'))?.[1] ?? ''
  const options = help.split('\n').filter(line => line.startsWith('  --'))

  expect(options.length).toBeGreaterThan(5)
  expect((await readFile(join(ROOT, 'README.md'), 'utf8')).split('\n').filter(line => line.startsWith('  --'))).toEqual(options)
})

test.for(['observation', 'data-package', 'storage', 'staging'])(
  'every type, field, argument and value of %s is described for who reads the graph',
  async subgraph => {
    const undescribed: string[] = []
    const read = (place: string, node: Described): void => {
      if (!node.description?.value.trim()) undescribed.push(place)
      for (const part of [...(node.fields ?? []), ...(node.values ?? []), ...(node.arguments ?? [])])
        read(`${place}.${part.name.value}`, part)
    }
    const { definitions } = parse(await readFile(join(ROOT, 'subgraphs', subgraph, 'schema.graphql'), 'utf8'))
    for (const definition of definitions) {
      if ('name' in definition && definition.name) read(definition.name.value, definition as Described)
    }

    expect(definitions.length).toBeGreaterThan(10)
    expect(undescribed).toEqual([])
  },
)

/** What can have a description in an SDL, and what has parts of its own. */
interface Described {
  readonly name: NameNode
  readonly description?: StringValueNode | undefined
  readonly fields?: readonly Described[] | undefined
  readonly values?: readonly Described[] | undefined
  readonly arguments?: readonly Described[] | undefined
}
