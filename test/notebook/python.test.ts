import { createServer, type Server } from 'node:http'
import { readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buildSchema } from 'graphql'
import { describe, expect } from 'vitest'
import { readOperations } from '@almagest/gateway'
import { pythonModule } from '@almagest/gateway/python'
import { openDigest } from '@almagest/jobs'
import { test as base } from '../gateway/graph.ts'
import { makeTopologyInUse } from '../make.ts'
import { makeExecutions } from '../subgraphs/rows.ts'
import { findPython, MODULE, runPython, tryPython } from './jupyter.ts'

const { python, why } = await tryPython(findPython)

/** Says an answer for every question, and keeps the questions. */
interface Said {
  readonly url: string
  readonly asked: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[]
}

const test = base.extend<{
  run: (script: string) => Promise<string>
  say: (answer: { status?: number; body: string; headers?: Record<string, string> }) => Promise<Said>
}>({
  /** Runs a script beside almagest.py; what it printed. */
  run: async ({ root }, use) => {
    await use(async script => {
      if (!python) throw new Error('there is no Python')
      await writeFile(join(root, 'script.py'), `import sys\nsys.path.insert(0, ${JSON.stringify(MODULE)})\nimport almagest\n${script}`)
      const { status, out, err } = await runPython(python, ['-B', '-W', 'error', 'script.py'], { home: root })
      expect(err).toBe('')
      expect(status).toBe(0)
      return out
    })
  },
  say: async ({}, use) => {
    const servers: Server[] = []
    await use(async ({ status = 200, body, headers = {} }) => {
      const asked: Said['asked'] = []
      const server = createServer((request, response) => {
        let text = ''
        request.setEncoding('utf8').on('data', (part: string) => (text += part))
        request.on('end', () => {
          asked.push({ headers: request.headers, body: text })
          response.writeHead(status, headers).end(body)
        })
      })
      servers.push(server)
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
    })
    for (const server of servers) server.close()
  },
})

describe.skipIf(why !== null)(`almagest.py${why === null ? '' : ` (skipped: ${why})`}`, () => {
  test('is Python of the standard library alone, in lines of 79 characters but for the documents', async ({ run }) => {
    const text = await readFile(join(MODULE, 'almagest.py'), 'utf8')
    const documents = [...text.matchAll(/^_\w+ = """\\\n[^]*?"""$/gm)].flatMap(([document]) => document.split('\n'))
    const modules = [...text.matchAll(/^(?:import|from) (\w+)/gm)].map(([, name]) => name)

    expect(text.split('\n').filter(line => line.length > 79 && !documents.includes(line))).toEqual([])
    expect(await run(`print([name for name in ${JSON.stringify(modules)} if name not in sys.stdlib_module_names])`)).toBe('[]\n')
    expect(await run('assert all(getattr(almagest, name).__doc__ for name in almagest.__all__ if name != "NULL")')).toBe('')
    expect(
      await run(
        'for name in almagest.__all__:\n  hint = getattr(almagest, name)\n  if almagest.is_dataclass(hint): almagest._reader(hint)',
      ),
    ).toBe('')
  })

  test('asks the documents word for word as they are trusted', async ({ run, operations }) => {
    const script = `import hashlib
for name, text in vars(almagest).items():
  if isinstance(text, str) and text.startswith(('query ', 'mutation ')): print(hashlib.sha256(text.encode()).hexdigest())`

    expect((await run(script)).trim().split('\n').toSorted()).toEqual(operations.map(({ id }) => id).toSorted())
  })

  test.for(['README.md', 'docs/scientists.md'])('is called in %s as it can be', async (document, { run, root }) => {
    const text = await readFile(join(MODULE, '../..', document), 'utf8')
    const blocks = [...text.matchAll(/^```python\n([^]*?)^```$/gm)].map(([, block = '']) => block)
    await writeFile(join(root, 'document.py'), blocks.join('\n'))
    const script = `import ast, inspect
with open('document.py') as stream: tree = ast.parse(stream.read())
def meant(node):
  if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ('almagest', 'centre'):
    return getattr(almagest if node.value.id == 'almagest' else almagest.Client('http://x'), node.attr)
calls = 0
for node in ast.walk(tree):
  meant(node)
  called = meant(node.func) if isinstance(node, ast.Call) else None
  if called: calls += bool(inspect.signature(called).bind(*node.args, **{one.arg: one.value for one in node.keywords}))
print(calls)`

    expect(Number(await run(script))).toBeGreaterThan(2)
  })

  test('digests files as b3sum and sha256sum do', async ({ run, root }) => {
    const bytes = Buffer.from(Array.from({ length: (2 << 20) + 3_000 }, (_, at) => at % 251))
    const sizes = [
      0,
      1,
      63,
      64,
      65,
      127,
      1023,
      1024,
      1025,
      2048,
      2049,
      3072,
      4097,
      31_744,
      102_400,
      1 << 20,
      (1 << 20) + 1,
      2 << 20,
      bytes.length,
    ]
    await writeFile(join(root, 'bytes'), bytes)
    const script = `with open('bytes', 'rb') as stream: data = stream.read()
for size in ${JSON.stringify(sizes)}:
  with open('part', 'wb') as part: part.write(data[:size])
  print(almagest.digest_of('part'), almagest.digest_of('part', 'sha256'))
print(almagest.matches('part', almagest.digest_of('part')), almagest.matches('bytes', almagest.digest_of('script.py')))`

    const digest = (algorithm: 'blake3' | 'sha256', size: number): string => {
      const running = openDigest(algorithm)
      running.update(bytes.subarray(0, size))
      return running.done()
    }
    const lines = (await run(script)).trim().split('\n')
    expect(lines[0]).toMatch(/^blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262 sha256:e3b0c442/)
    expect(lines).toEqual([...sizes.map(size => `${digest('blake3', size)} ${digest('sha256', size)}`), 'True False'])
  })

  test('UC-7.1 reads typed answers of the graph, page by page, and raises what is refused by its code', async ({
    run,
    em,
    root,
    startGraph,
  }) => {
    const topology = await makeTopologyInUse(em, root)
    await makeExecutions(em, topology, 5)
    const { url } = await startGraph()
    const script = `import datetime
centre = almagest.Client(${JSON.stringify(url)})
seen = list(centre.iter_find_observations(first=2))
print(len(seen), len({one.id for one in seen}), seen == sorted(seen, key=lambda one: one.started_at, reverse=True))
print(type(seen[0].started_at).__name__, seen[0].started_at.utcoffset(), seen[0].quality is almagest.Quality.UNKNOWN, seen[0].quality)
page = centre.find_observations(first=2)
print(page.total_count, page.page_info.has_next_page, page.nodes == seen[:2])
print(centre.observation('00000000-0000-7000-8000-000000000000'))
late = almagest.ExecutedObsUnitFilter(started_from=seen[0].started_at + datetime.timedelta(milliseconds=1))
print(list(centre.iter_find_observations(filter=late)))
def refused(call):
  try: call()
  except almagest.Refused as error: print(type(error).__name__, error, error.path)
refused(lambda: centre.find_observations(filter=almagest.ExecutedObsUnitFilter(cone=almagest.Cone(1, 2, 0))))
refused(lambda: centre.package('no uuid'))
refused(lambda: centre.release_staging('00000000-0000-7000-8000-000000000000'))
refused(lambda: centre.ask('{ nothing }'))`

    const lines = (await run(script)).trim().split('\n')

    expect(lines.slice(0, 5)).toEqual([
      '5 5 True',
      'datetime 0:00:00 True UNKNOWN',
      'TotalCount(value=5, exact=True) True True',
      'None',
      '[]',
    ])
    expect(lines.slice(5)).toEqual([
      expect.stringMatching(/^BadInput BAD_INPUT: .*radiusDeg.* \('executedObsUnits',\)$/),
      expect.stringMatching(/^BadInput BAD_INPUT: id.* \('rawDataPackage',\)$/),
      expect.stringMatching(/^NotFound NOT_FOUND: .* \('releaseStaging',\)$/),
      expect.stringMatching(/^Refused GRAPHQL_VALIDATION_FAILED: .* \(\)$/),
    ])
  })

  test('says in a sentence that nobody answers, that the answer is none, or that the token is not let in', async ({ run, say }) => {
    const answers = {
      unauthorized: await say({ status: 401, body: 'no' }),
      forbidden: await say({ status: 403, body: '' }),
      busy: await say({ status: 503, body: '<html>' }),
      moved: await say({ status: 301, body: '', headers: { location: 'http://127.0.0.1:1/graphql' } }),
      page: await say({ body: '<html>hello</html>' }),
      away: await say({
        body: JSON.stringify({
          data: null,
          errors: [{ message: 'a data service is unavailable', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
        }),
      }),
      broken: await say({
        body: JSON.stringify({
          data: null,
          errors: [{ message: 'an internal error', extensions: { code: 'INTERNAL', requestId: 'r-1' } }],
        }),
      }),
      other: await say({ body: JSON.stringify({ data: { sites: [{ name: 1 }] } }) }),
      cut: await say({ body: '{', headers: { 'content-length': '100' } }),
    }
    const urls = { ...Object.fromEntries(Object.entries(answers).map(([name, { url }]) => [name, url])), nobody: 'http://127.0.0.1:1' }
    const script = `for name, url in ${JSON.stringify(urls)}.items():
  try: almagest.Client(url, token='t0ken', timeout_s=5).locations()
  except almagest.AlmagestError as error: print(name, type(error).__name__, str(error).replace(url, 'URL'))`

    expect(
      (await run(script))
        .trim()
        .split('\n')
        .map(line => line.replace(/\(KeyError.*|\(TypeError.*|\(IncompleteRead.*|: IncompleteRead.*/, '…')),
    ).toEqual([
      'unauthorized Refused UNAUTHENTICATED: URL/graphql wants a token that is valid',
      'forbidden Refused FORBIDDEN: URL/graphql does not let this token in',
      'busy Unreachable URL/graphql is busy or away (HTTP 503)',
      'moved Failed URL/graphql is no data centre: HTTP 301 without an answer',
      'page Failed URL/graphql is no data centre: HTTP 200 without an answer',
      'away Unreachable a data service is unavailable',
      'broken Failed an internal error (requestId r-1)',
      'other Failed the answer is not what the graph says that it is: is this module as old as the data centre? …',
      expect.stringMatching(/^cut Unreachable URL\/graphql…?/),
      'nobody Unreachable URL/graphql: [Errno 111] Connection refused',
    ])
    expect(answers.page.asked[0]?.headers.authorization).toBe('Bearer t0ken')
  })

  test('sends what is given as the graph writes it, and refuses what that cannot be', async ({ run, say }) => {
    const { url, asked } = await say({
      body: JSON.stringify({
        data: {
          stagingRequests: {
            pageInfo: { hasNextPage: false, endCursor: null },
            nodes: [
              {
                id: '1',
                status: 'THAWING',
                requestedBy: 'me',
                priority: 1,
                leaseS: 60,
                leaseUntil: null,
                createdAt: '2026-11-21T03:40:00.000Z',
                completedAt: null,
                location: null,
              },
            ],
          },
        },
      }),
    })
    const script = `import datetime
centre = almagest.Client(${JSON.stringify(url)} + '/graphql/')
page = centre.stagings(status=almagest.StagingStatus.COMPLETED)
print(repr(page.nodes[0].status), page.nodes[0].created_at)
moment = datetime.datetime(2026, 11, 21, 5, 40, 0, 1500, datetime.timezone(datetime.timedelta(hours=2)))
answer = centre.ask('query', {'since': moment, 'none': None, 'null': almagest.NULL, 'cone': almagest.Cone(1, -2.5, 3), 'list': [almagest.Status.FAILED], 'json': {'aB_c': None}})
for value in [float('nan'), datetime.datetime(2026, 1, 1)]:
  try: centre.ask('query', {'filter': {'cone': [value]}})
  except ValueError as error: print(error)
for wrong in ['ftp://x', 'nothing', '']:
  try: almagest.Client(wrong)
  except ValueError as error: print(error)
try: almagest.Client('http://x', token='two\\nlines')
except ValueError as error: print(error)
def look(seen=[]):
  seen.append(1)
  if len(seen) < 3: raise almagest.Unreachable('not yet')
  return len(seen)
print(almagest.wait(look, lambda n: n == 4, every_s=0.001))
try: almagest.wait(lambda: 'never', lambda _: False, timeout_s=0.01, every_s=0.005)
except TimeoutError as error: print(error)
print(len({almagest.new_key() for _ in range(9)}))`

    expect((await run(script)).trim().split('\n')).toEqual([
      "'THAWING' 2026-11-21 03:40:00+00:00",
      'filter.cone.0: must be a finite number',
      'filter.cone.0: must say its time zone',
      "url: must be http(s)://host: 'ftp://x'",
      "url: must be http(s)://host: 'nothing'",
      "url: must be http(s)://host: ''",
      'token: must be printable ASCII',
      '4',
      "not done after 0.01 s: 'never'",
      '9',
    ])
    const sent = asked.map(({ body }) => (JSON.parse(body) as { variables: unknown }).variables)
    expect(sent).toEqual([
      { status: 'COMPLETED', first: 50 },
      {
        since: '2026-11-21T03:40:00.001Z',
        null: null,
        cone: { raDeg: 1, decDeg: -2.5, radiusDeg: 3 },
        list: ['FAILED'],
        json: { aB_c: null },
      },
    ])
  })
})

describe('what is generated for Python', () => {
  const schema = buildSchema(`type Query { things(from: Int, after: String): Things }
    type Things { nodes: [Thing!]! pageInfo: Page! } type Page { hasNextPage: Boolean! endCursor: String }
    "What \\\\ lies." interface Thing { id: ID! } type Stone implements Thing { id: ID! "In kg." mass: Float! kin: [Thing!] }`)

  const generate = async (root: string, document: string) => {
    await writeFile(join(root, 'things.graphql'), document)
    return pythonModule({
      schema,
      operations: await readOperations(root),
      base: '"""Base."""\nclass Taken:\n    pass\n',
      codes: ['NOT_SAFE'],
    })
  }

  test('has what belongs to some types as optional, other names for words of Python, and classes named by their way', async ({ root }) => {
    const document = `# Things.
      query Things($from: Int!, $after: String) { things(from: $from, after: $after) {
        pageInfo { hasNextPage endCursor } nodes { __typename id ... on Stone { weight: mass kin { ...Id } } } } }
      fragment Id on Thing { id }`
    const text = await generate(root, document)

    for (const part of [
      'class NotSafe(Refused):',
      'class ThingsNode:\n    """What \\\\ lies.\n\n    weight: In kg.\n    """\n\n    typename: str\n    id: str\n    weight: Optional[float]\n    kin: Optional[List[ThingsNodeKin]]\n',
      'class ThingsNodeKin:\n    """What \\\\ lies."""\n\n    id: str\n',
      '    def things(\n        self,\n        from_: int,\n        *,\n        after: Optional[str] = None,\n    ) -> Optional[Things]:\n        """Things."""\n',
      '    ) -> Iterator[ThingsNode]:',
    ]) {
      expect(text).toContain(part)
    }
  })

  test('has all of several answers', async ({ root }) => {
    const text = await generate(root, 'query Things { a: things { pageInfo { endCursor } } b: things { pageInfo { hasNextPage } } }')

    expect(text).toContain('class Things:\n    """What is answered."""\n\n    a: Optional[ThingsA]\n    b: Optional[ThingsB]\n')
    expect(text).toContain('            _THINGS,\n            None,\n            Things,\n            {},\n')
  })

  test('has one class for what is of one shape, called as the type, or as that and its few fields where the name is taken', async ({
    root,
  }) => {
    const text = await generate(root, 'query Things { a: things { pageInfo { endCursor } } b: things { pageInfo { endCursor } } }')

    expect(text.match(/^class (?!Taken|_|NotSafe|Client).*$/gm)).toEqual(['class Things:', 'class ThingsPageInfo:', 'class Page:'])
    expect(text).toContain('    a: Optional[ThingsPageInfo]\n    b: Optional[ThingsPageInfo]\n')
    expect(text).toContain('    page_info: Page\n')
  })

  test('is refused where two things would have one name, or a text could end', async ({ root }) => {
    await expect(generate(root, 'query Things { things(after: "x") { pageInfo { endCursor } } }')).rejects.toThrow(
      'Things: give texts as variables',
    )
    await writeFile(join(root, 'taken.graphql'), 'query Taken { things { pageInfo { endCursor } } }')
    await expect(generate(root, 'query Things { things { pageInfo { hasNextPage } } }')).rejects.toThrow('would be called Taken')
  })
})
