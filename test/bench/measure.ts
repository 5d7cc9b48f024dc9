/** Hears how far a bench is. */
export type Say = (line: string) => void

/** What is compared with what, and where the ratio of ours to theirs should end. */
export interface Question {
  readonly what: string
  readonly against: string
  /** The ratio to reach: at least that where higher is better, at most that where lower is. */
  readonly target: number
  readonly better: 'higher' | 'lower'
  /** What the figures are in; milliseconds unless something else is said. */
  readonly unit?: string
}

/** The answer to a question: the medians of both sides, and ours divided by theirs. */
export interface Result extends Required<Question> {
  readonly ours: number
  readonly theirs: number
  readonly ratio: number
  readonly ok: boolean
}

/** Runs A B A B …, `rounds` of each after one of each that does not count, and returns what each round gave. */
export async function alternate<figures>({
  a,
  b,
  rounds,
  say = () => {},
}: {
  a: () => Promise<figures>
  b: () => Promise<figures>
  rounds: number
  say?: Say
}): Promise<{ a: figures[]; b: figures[] }> {
  const given = { a: [] as figures[], b: [] as figures[] }
  await a()
  await b()
  for (let round = 1; round <= rounds; round++) {
    given.a.push(await a())
    given.b.push(await b())
    say(`round ${round} of ${rounds}`)
  }
  return given
}

/** Judges the figures of both sides by their medians. */
export function judge(question: Question, { a, b }: { a: readonly number[]; b: readonly number[] }): Result {
  const [ours, theirs] = [median(a), median(b)]
  const ratio = ours / theirs
  const ok = question.better === 'higher' ? ratio >= question.target : ratio <= question.target
  return { unit: 'ms', ...question, ours, theirs, ratio, ok }
}

/** Compares the one figure that `a`, ours, and `b`, theirs, each return: A B A B in one run, medians, their ratio. */
export async function compare({
  a,
  b,
  rounds,
  say = () => {},
  ...question
}: Question & { a: () => Promise<number>; b: () => Promise<number>; rounds: number; say?: Say }): Promise<Result> {
  say(`${question.what}, against ${question.against}`)
  return judge(question, await alternate({ a, b, rounds, say: line => say(`  ${line}`) }))
}

/** The milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** The value in the middle, or between the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which the part `q` (0 to 1) of the values lies, interpolated; NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const [low, high] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN]
  return low + (high - low) * (at - Math.floor(at))
}
