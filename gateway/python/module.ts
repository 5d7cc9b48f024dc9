import type { GraphQLSchema } from 'graphql'
import type { TrustedOperation } from '../operations.ts'
import { askedOf, isNeeded, type Argument, type Asked } from './asked.ts'
import { givenHint, hintOf, namedClasses, refusalClass } from './classes.ts'
import { answerClass } from './results.ts'
import { shareClasses } from './sharing.ts'
import { annotated, docstring, indented, snake } from './text.ts'

const HEADER = `"""Almagest from Python: typed questions, and proof that bytes are right.

Written by \`npm run generate\`, never edited: from the graph, from the documents
in gateway/operations/, and from client/python/base.py. It needs Python 3.9 and
nothing else: copy this one file beside your own.

    import almagest
    centre = almagest.Client("http://127.0.0.1:4000")
    orion = almagest.ExecutedObsUnitFilter(text="orion")
    for seen in centre.iter_find_observations(filter=orion):
        print(seen.started_at, seen.obs_unit.name)

What is refused is raised as Refused, or as the kind of it that its code names;
what is Unreachable may be tried again. Moments are aware, in UTC. In what you
give, None leaves out; in what you get, it is the null of the graph.
"""
`

/** What a Python module is made from. */
export interface PythonSource {
  readonly schema: GraphQLSchema
  readonly operations: readonly TrustedOperation[]
  /** The part that people wrote: Python that begins with a docstring of one line. */
  readonly base: string
  /** The codes of refusals that clients may rely on. */
  readonly codes: readonly string[]
}

/** Writes one Python module that asks the operations, with classes for all that they are given and answer. The same source gives the same text. */
export function pythonModule({ schema, operations, base, codes }: PythonSource): string {
  const own = [...base.matchAll(/^(?:class |def )?([A-Za-z]\w*)(?:\(|:)/gm)].map(([, name = '']) => name)
  const refusals = codes.map(refusalClass)
  const each = operations.map(operation => askedOf(schema, operation))
  const given = [...refusals, ...namedClasses(schema, each)]
  const asked = shareClasses(each, new Set([...own, 'Client', ...given.map(({ name }) => name)]))
  const classes = [...given, ...asked.flatMap(({ classes }) => classes.map(answerClass))]
  const names = [...own, ...classes.map(({ name }) => name), 'Client'].toSorted()
  const twice = names.filter((name, at) => names[at - 1] === name)
  if (twice.length > 0) throw new Error(`two things of Python would be called ${twice.join(', ')}`)
  return [
    HEADER + base.replace(/^""".*"""\n/, '').trimEnd(),
    ...classes.map(({ lines }) => lines.join('\n')),
    ['_REFUSALS = {', ...codes.map((code, at) => `    "${code}": ${refusals[at]?.name},`), '}'].join('\n'),
    asked.map(documentOf).join('\n\n'),
    ['class Client(_Centre):', ...indented(CLIENT), ...asked.flatMap(one => [...methodOf(one), ...iteratorOf(one)])].join('\n'),
    `${['__all__ = [', ...names.map(name => `    "${name}",`), ']'].join('\n')}\n`,
  ].join('\n\n\n')
}

const CLIENT = [
  '"""One data centre: each method asks one document of gateway/operations.',
  '',
  'url: Where its gateway is, for instance http://127.0.0.1:4000',
  'token: Sent as `Authorization: Bearer …`; None: nothing is sent.',
  'timeout_s: How long it may be silent until it is Unreachable.',
  '"""',
]

const methodName = ({ name }: TrustedOperation): string => snake(name.slice(0, 1).toLowerCase() + name.slice(1))
const constant = (operation: TrustedOperation): string => `_${methodName(operation).toUpperCase()}`

/** Word for word as it is trusted. */
function documentOf({ operation }: Asked): string {
  if (/"|\\/.test(operation.text)) throw new Error(`${operation.name}: give texts as variables`)
  return `${constant(operation)} = """\\\n${operation.text}"""`
}

function methodOf({ operation, arguments: given, key, answer }: Asked): string[] {
  const pairs = given.map(({ name, variable }) => `"${variable}": ${name},`)
  return [
    '',
    ...indented(signature(methodName(operation), given, answer)),
    ...docstring(
      summaryOf(operation),
      given.map(({ name, says }) => [name, says] as const),
      '        ',
    ),
    '        return self._get(',
    ...indented([`${constant(operation)},`, key === null ? 'None,' : `"${key}",`, `${answer},`], '            '),
    ...indented(pairs.length > 0 ? ['{', ...indented(pairs), '},'] : ['{},'], '            '),
    '        )',
  ]
}

function iteratorOf({ operation, arguments: given, paged }: Asked): string[] {
  if (!paged) return []
  const name = methodName(operation)
  const kept = given.filter(({ variable }) => variable !== 'after')
  const passed = kept.map(argument => (isNeeded(argument) ? `${argument.name},` : `${argument.name}=${argument.name},`))
  return [
    '',
    ...indented(signature(`iter_${name}`, kept, `Iterator[${paged.node}]`)),
    ...docstring(
      `The rows of ${name}, page by page, as they are needed.`,
      kept.map(({ name, says }) => [name, says] as const),
      '        ',
    ),
    '        return _nodes(',
    '            lambda after: _along(',
    `                self.${name}(`,
    ...indented([...passed, 'after=after,'], '                    '),
    '                ),',
    ...paged.way.map(step => `                "${step}",`),
    '            )',
    '        )',
  ]
}

function signature(name: string, given: readonly Argument[], hint: string): string[] {
  if (given.length === 0) return [`def ${name}(self) -> ${hint}:`]
  const needed = given.filter(isNeeded).flatMap(({ name, type }) => annotated(name, hintOf(type), ','))
  const others = given
    .filter(argument => !isNeeded(argument))
    .flatMap(({ name, type, standard }) => {
      return standard === null
        ? annotated(name, `Optional[${givenHint(type)}]`, ' = None,')
        : annotated(name, givenHint(type), ` = ${standard},`)
    })
  return [`def ${name}(`, ...indented(['self,', ...needed, ...(others.length > 0 ? ['*,', ...others] : [])]), `) -> ${hint}:`]
}

/** The comment that its file begins with. */
function summaryOf({ source }: TrustedOperation): string {
  const comments = source.split('\n').filter(line => line.startsWith('#'))
  return comments.map(line => line.replace(/^#\s*/, '')).join(' ')
}
