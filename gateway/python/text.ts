/** How long a line of Python is at most (PEP 8). */
const WIDTH = 79

/** `startedAt` as Python spells it: `started_at`; with an underscore after it where it is a word of Python's own. */
export function snake(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  return ['from', 'in', 'is', 'class', 'import', 'global', 'pass', 'None', 'async'].includes(words) ? `${words}_` : words
}

/** `startedAt` as the name of a class begins with it: `StartedAt`; of a list the name of one. */
export function pascal(name: string, isList: boolean): string {
  const words = name.slice(0, 1).toUpperCase() + name.slice(1)
  if (!isList || /(ss|us)$/.test(words)) return words
  return words.replace(/ies$/, 'y').replace(/s$/, '')
}

/** Lines of Python one level further in. */
export function indented(lines: readonly string[], by = '    '): string[] {
  return lines.map(line => (line === '' ? '' : `${by}${line}`))
}

/** A docstring: what a thing is, then what its parts are, by name; none if nobody said anything. `by` is how far it is in. */
export function docstring(
  summary: string | null | undefined,
  parts: readonly (readonly [string, string | null | undefined])[],
  by = '    ',
): string[] {
  const width = WIDTH - by.length
  const described = parts.filter(([, text]) => text)
  const first = wrapped(`"""${clean(summary || 'What is answered.')}`, width, '')
  const lines = described.flatMap(([name, text]) => wrapped(`${name}: ${clean(text ?? '')}`, width, '    '))
  const last = first.at(-1) ?? ''
  if (lines.length > 0) return indented([...first, '', ...lines, '"""'], by)
  return indented(last.length + 3 <= width ? [...first.slice(0, -1), `${last}"""`] : [...first, '"""'], by)
}

/** A field of a class with its type; inside of its brackets where it would be too long. */
export function annotated(name: string, hint: string, rest = ''): string[] {
  const line = `${name}: ${hint}${rest}`
  const [, outer, inner] = /^(\w+)\[(.*)\]$/.exec(hint) ?? []
  if (line.length + 4 <= WIDTH || outer === undefined) return [line]
  return [`${name}: ${outer}[`, `    ${inner}`, `]${rest}`]
}

/** Text for a docstring: one line, nothing that would end it. */
function clean(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('\\', '\\\\').replaceAll('"""', "'''").trim()
}

function wrapped(text: string, width: number, further: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length > width && line.trim() !== '') {
      lines.push(line)
      line = `${further}${word}`
    } else line = longer
  }
  return [...lines, line]
}
