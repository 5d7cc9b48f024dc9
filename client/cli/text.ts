/** Rows as a table with a line of titles; numbers to the right, the last column cut to the width. Two tables of one kind look alike. */
export function tableOf(titles: readonly string[], rows: readonly (readonly (string | number | null)[])[], width = Infinity): string {
  const cells = [titles, ...rows.map(row => row.map(cell => (cell === null ? '–' : String(cell))))]
  const widths = titles.map((_, column) => cells.reduce((most, row) => Math.max(most, (row[column] ?? '').length), 0))
  const isNumber = titles.map((_, column) => rows.length > 0 && rows.every(row => typeof row[column] === 'number'))
  return cells
    .map(row => {
      const line = row
        .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd()
      return line.length > width ? `${line.slice(0, Math.max(width - 1, 1))}…` : line
    })
    .join('\n')
}

/** A size as people read it: 1.2 GB; powers of ten. */
export function sizeOf(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  return power === 0 ? `${bytes} B` : `${(bytes / 1000 ** power).toPrecision(3)} ${units[power]}`
}

/** A bar of progress. */
export function barOf(done: number, total: number, what: string): string {
  const part = total > 0 ? Math.min(done / total, 1) : 0
  const full = Math.round(part * 24)
  return `${'█'.repeat(full)}${'░'.repeat(24 - full)} ${String(Math.floor(part * 100)).padStart(3)} %  ${what}`
}

/** Text without what a terminal would obey: control characters are shown as they are written in JSON. */
export function plain(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, character => JSON.stringify(character).slice(1, -1))
}
