import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as client from '@almagest/client/node'
import { checkPath, foldPath, NAME_BYTES, PATH_BYTES, pathBytes, pathFault, pathText, Refusal } from '@almagest/schema'

describe('the path of a file', () => {
  test.for([
    ['a'],
    ['a/b/c.fits'],
    ['2026-11-21/scan 001 (final).dat'],
    ['größe/星.dat'],
    ['a.b..c/d...e'],
    ['~/$HOME/*'],
    ['x'.repeat(NAME_BYTES)],
    [Array(64).fill('x'.repeat(15)).join('/').slice(0, PATH_BYTES)],
    ['星'.repeat(NAME_BYTES / 3)],
    ['n\\xe9ght/\\xff\\x80.fits'],
    [`${'\\xff'.repeat(NAME_BYTES)}/a`],
  ] as const)('may be %j', ([path]) => {
    expect(pathFault(path)).toBeNull()
    expect(() => checkPath(path)).not.toThrow()
  })

  test.for([
    ['', 'is empty'],
    ['/etc/passwd', 'is not relative'],
    ['../a', 'no component may begin with a dot'],
    ['a/../b', 'no component may begin with a dot'],
    ['a/./b', 'no component may begin with a dot'],
    ['.', 'no component may begin with a dot'],
    ['.location-id', 'no component may begin with a dot'],
    ['a/.hidden', 'no component may begin with a dot'],
    ['a//b', 'has an empty component'],
    ['a/', 'has an empty component'],
    ['a\\b', 'contains a backslash'],
    ['a\\x5cb', 'contains a backslash'],
    ['a\\xFF', 'contains a backslash'],
    ['a\\x41', 'contains a backslash'],
    ['gr\\xc3\\xb6\\xc3\\x9fe', 'contains a backslash'],
    [`${'\\xff'.repeat(128)}/`.repeat(2), `longer than ${PATH_BYTES} bytes`],
    [`${'x'.repeat(NAME_BYTES)}\\xff`, `a component longer than ${NAME_BYTES} bytes`],
    ['a\0b', 'control character'],
    ['a\nb', 'control character'],
    ['a\u007fb', 'control character'],
    ['a\u0085b', 'control character'],
    ['a\ud800b', 'is not valid Unicode'],
    ['x'.repeat(NAME_BYTES + 1), `a component longer than ${NAME_BYTES} bytes`],
    ['星'.repeat(NAME_BYTES / 3 + 1), `a component longer than ${NAME_BYTES} bytes`],
    [`${'x'.repeat(199)}/`.repeat(5) + 'y'.repeat(25), `longer than ${PATH_BYTES} bytes`],
  ] as const)('may not be %j: it %s', ([path, fault]) => {
    expect(pathFault(path)).toContain(fault)
  })

  test('is refused with BAD_PATH, the rule, and no more of it than people can read', () => {
    const refuse = (path: string) => {
      try {
        checkPath(path)
      } catch (error) {
        return error
      }
      return null
    }
    expect(refuse('a//b')).toBeInstanceOf(Refusal)
    expect(refuse('a//b')).toMatchObject({ code: 'BAD_PATH', message: 'the path "a//b" has an empty component' })
    expect((refuse('x'.repeat(5_000)) as Refusal).message.length).toBeLessThan(300)
  })

  test('if it may be, leads to a place below the root, and to one place alone', () => {
    const name = fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('.', '..', '', 'a', 'a b', '.x', 'é', 'e\u0301'))
    fc.assert(
      fc.property(fc.array(name, { maxLength: 5 }), names => {
        const path = names.join('/')
        fc.pre(pathFault(path) === null)
        const { pathname } = new URL(path.split('/').map(encodeURIComponent).join('/'), 'file:///root/')
        expect(pathname.split('/').slice(2).map(decodeURIComponent).join('/')).toBe(path)
        expect(path.split('/').every(part => part !== '' && !part.startsWith('.'))).toBe(true)
        expect(Buffer.from(path).toString()).toBe(path)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('the bytes of a path', () => {
  test('are those that a file system knows it by: what is no UTF-8 is written as its bytes', () => {
    expect(pathText(Buffer.from([0x61, 0xe9, 0x2f, 0xff, 0xc3, 0xa9]))).toBe('a\\xe9/\\xffé')
    expect(pathBytes('a\\xe9/\\xffé')).toEqual(Buffer.from([0x61, 0xe9, 0x2f, 0xff, 0xc3, 0xa9]))
    expect(pathText(Buffer.from('a\\xe9'))).toBe('a\\x5cxe9')
    expect(pathBytes('größe/星.dat')).toEqual(Buffer.from('größe/星.dat'))
  })

  test('and its text lead to one another, whatever they are', () => {
    const byte = fc.oneof(fc.integer({ min: 1, max: 255 }), fc.constantFrom(0x5c, 0x78, 0x63, 0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f))
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 12 }), numbers => {
        const bytes = Buffer.from(numbers)
        const text = pathText(bytes)
        expect(pathBytes(text)).toEqual(bytes)
        expect(client.pathText(bytes)).toBe(text)
        expect(text.isWellFormed()).toBe(true)
        if (bytes.includes(0x5c)) expect(pathFault(text)).not.toBeNull()
        else expect(Buffer.from(client.onDisk('/a', text))).toEqual(Buffer.concat([Buffer.from('/a/'), bytes]))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the folded path', () => {
  test.for([
    ['A/B.FITS', 'a/b.fits'],
    ['e\u0301', '\u00e9'],
    ['E\u0301', '\u00e9'],
    ['\u212b', '\u00e5'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['ΟΔΟΣ', 'οδος'],
    ['GRÖSSE', 'größe'.replace('ß', 'ss')],
  ] as const)('of %j is that of %j', ([path, same]) => {
    expect(foldPath(path)).toBe(foldPath(same))
  })

  test.for([
    ['a/b', 'a_b'],
    ['a1', 'a2'],
    ['größe', 'grosse'],
    ['a', 'а'],
  ] as const)('of %j is not that of %j', ([path, other]) => {
    expect(foldPath(path)).not.toBe(foldPath(other))
  })

  test('is the same for every case and Unicode form of a path, and its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), path => {
        const folded = foldPath(path)
        expect(foldPath(folded)).toBe(folded)
        for (const form of ['NFC', 'NFD'] as const) expect(foldPath(path.normalize(form))).toBe(folded)
        expect(foldPath(path.toLowerCase())).toBe(folded)
      }),
      { numRuns: 1_000 },
    )
  })
})
