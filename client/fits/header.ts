import { open } from 'node:fs/promises'
import { Refusal } from '../errors.ts'

/** The value of a keyword: null where the header has the keyword without one. */
export type FitsValue = string | number | boolean | null

/** The keywords of a primary header. A keyword that is there twice with different values is undefined by the standard: it is in `torn`. */
export interface FitsHeader {
  readonly values: ReadonlyMap<string, FitsValue>
  readonly torn: ReadonlySet<string>
}

const BLOCK = 2880
const CARD = 80
/** No header of an instrument is longer than this: 36,000 cards. */
const MOST_BLOCKS = 1_000
const FIRST = 'SIMPLE  =                    T'

/** Reads the primary header of a FITS file (FITS 4.0, section 4); refuses with BAD_INPUT, naming the file and the card, what is none. */
export async function readFitsHeader(place: string | Buffer): Promise<FitsHeader> {
  const path = String(place)
  const file = await open(place, 'r')
  try {
    const cards: string[] = []
    for (let block = 0; block < MOST_BLOCKS; block++) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(BLOCK), 0, BLOCK, block * BLOCK)
      const text = buffer.toString('latin1', 0, bytesRead)
      if (block === 0 && !text.startsWith(FIRST)) throw bad(path, 'is no FITS file: it does not begin with SIMPLE = T')
      if (bytesRead < BLOCK) throw bad(path, `is cut: its header ends in byte ${block * BLOCK + bytesRead}, without END`)
      for (let at = 0; at < BLOCK; at += CARD) {
        const card = text.slice(at, at + CARD)
        if (/[^ -~]/.test(card)) throw bad(path, `has a character that is not printable ASCII in card ${cards.length + 1}`)
        if (/^END {77}$/.test(card)) return readCards(path, cards)
        cards.push(card)
      }
    }
    throw bad(path, `has a header of more than ${MOST_BLOCKS} blocks`)
  } finally {
    await file.close()
  }
}

/** Reads the cards of a header, without END. */
export function readCards(path: string, cards: readonly string[]): FitsHeader {
  const values = new Map<string, FitsValue>()
  const torn = new Set<string>()
  let open: string | null = null
  for (const [index, card] of cards.entries()) {
    const place = `card ${index + 1}`
    if (card.startsWith('CONTINUE  ') && open !== null) {
      const before = String(values.get(open))
      const { text, isOpen } = continued(path, { place, value: valueOf(path, { place, field: card.slice(10) }) })
      values.set(open, before + text)
      if (!isOpen) open = null
      continue
    }
    open = null
    const { keyword, field } = split(path, { place, card })
    if (field === null) continue
    const value = valueOf(path, { place: `${place} (${keyword})`, field })
    const { text, isOpen } = typeof value === 'string' ? continued(path, { place, value }) : { text: value, isOpen: false }
    const isString = typeof text === 'string' && cards[index + 1]?.startsWith('CONTINUE  ')
    const read = isString ? text : value
    if (isString && isOpen) open = keyword
    if (values.has(keyword) && values.get(keyword) !== read) torn.add(keyword)
    values.set(keyword, read)
  }
  return { values, torn }
}

interface Part {
  readonly place: string
  readonly field: string
}

/** The keyword of a card, and the field with its value; null for a comment. */
function split(path: string, { place, card }: { place: string; card: string }): { keyword: string; field: string | null } {
  const [, hierarch, rest] = /^HIERARCH ([A-Z0-9_ -]+?) *= (.*)$/.exec(card) ?? []
  if (hierarch !== undefined) return { keyword: hierarch, field: rest ?? '' }
  const keyword = card.slice(0, 8).trimEnd()
  if (!/^[A-Z0-9_-]*$/.test(keyword))
    throw bad(path, `has the keyword ${JSON.stringify(keyword)} in ${place}: it may have A to Z, 0 to 9, _ and -`)
  const isValue = card.slice(8, 10) === '= ' && !['', 'COMMENT', 'HISTORY', 'CONTINUE'].includes(keyword)
  return { keyword, field: isValue ? card.slice(10) : null }
}

/** The value of a field (section 4.2), without its comment. */
function valueOf(path: string, { place, field }: Part): FitsValue {
  const text = field.trimStart()
  if (text.startsWith("'")) {
    const [, inside] = /^'((?:[^']|'')*)' *(?:\/.*)?$/.exec(text) ?? []
    if (inside === undefined) throw bad(path, `has a string without its end in ${place}`)
    return inside.replaceAll("''", "'").trimEnd()
  }
  const word = text.split('/', 1)[0]?.trim() ?? ''
  if (word === '') return null
  if (word === 'T' || word === 'F') return word === 'T'
  if (/^[+-]?(\d+\.?\d*|\.\d+)([ED][+-]?\d+)?$/.test(word)) return Number(word.replace('D', 'E'))
  if (/^\(.*\)$/.test(word)) return word
  throw bad(path, `has the value ${JSON.stringify(word)} in ${place}: it is no string, logical or number of FITS`)
}

/** A string that may go on in the next card: `&` at its end says so (section 4.2.1.2). */
function continued(path: string, { place, value }: { place: string; value: FitsValue }): { text: string; isOpen: boolean } {
  if (typeof value !== 'string') throw bad(path, `goes on with something that is no string in ${place}`)
  return value.endsWith('&') ? { text: value.slice(0, -1), isOpen: true } : { text: value, isOpen: false }
}

function bad(path: string, rule: string): Refusal {
  return new Refusal('BAD_INPUT', `${path} ${rule}`)
}
