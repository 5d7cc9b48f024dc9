/** An element of what an S3 service answers: its name without a prefix, its text, and the elements in it. */
export interface Element {
  readonly name: string
  readonly text: string
  readonly children: readonly Element[]
}

const TOKEN = /<\?[^]*?\?>|<!--[^]*?-->|<(\/?)([^\s/>]+)(?=[\s/>])[^>]*?(\/?)>|([^<]+)/gy

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** How deep elements may lie in each other: S3 needs five. */
const DEPTH = 20

/** Reads the small part of XML that S3 services write: elements and text. `null` for what is not one whole element. */
export function parseXml(text: string): Element | null {
  const root = { name: '', text: '', children: [] as Element[] }
  const open = [root]
  let end = 0
  for (const { 0: token, 1: closing, 2: tag, 3: empty, 4: data, index } of text.trim().matchAll(TOKEN)) {
    const inner = open.at(-1)
    if (index !== end || !inner) return null
    end += token.length
    if (data !== undefined) inner.text += unescape(data)
    if (tag === undefined) continue
    const name = tag.slice(tag.indexOf(':') + 1)
    if (closing) {
      if (inner.name !== name || open.length === 1) return null
      open.pop()
      continue
    }
    const element = { name, text: '', children: [] as Element[] }
    inner.children.push(element)
    if (!empty) open.push(element)
    if (open.length > DEPTH) return null
  }
  const [only] = root.children
  return open.length === 1 && root.children.length === 1 && end === text.trim().length && only ? only : null
}

/** The elements of a name that lie directly in another. */
export function childrenOf(element: Element, name: string): Element[] {
  return element.children.filter(child => child.name === name)
}

/** The text of the first element of a name that lies directly in another; empty if there is none. */
export function textOf(element: Element | null, name: string): string {
  return (element?.children.find(child => child.name === name)?.text ?? '').trim()
}

function unescape(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,8}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name) return ENTITIES[name] ?? whole
    const point = decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}
