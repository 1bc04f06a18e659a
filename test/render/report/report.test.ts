import { beforeAll, describe, expect, test } from 'vitest'
import { renderReport } from '../../../src/render/report/render-report.ts'
import { aCheck, anEnvironment, aSummary, aVerdict } from '../../model/a-verdict.ts'
import {
  aComparison,
  aFullAnalysis,
  anAnalysis,
  anEffect,
  anInteraction,
  aRanking,
  aSweepVerdict,
  sweepCell,
} from '../../model/an-analysis.ts'
import { verdicts } from '../verdicts.ts'

const bytes = (text: string): number => Buffer.byteLength(text)

/** Text as it is read: without tags, with entities resolved. */
const read = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')

const headings = (page: string, level: number): readonly string[] =>
  Array.from(page.matchAll(new RegExp(`<h${level}[^>]*>(.*?)</h${level}>`, 'gs')), ([, inner]) =>
    read(inner ?? '').trim(),
  )

const messages = (page: string): readonly string[] =>
  Array.from(page.matchAll(/<svg\b[^>]*aria-label="([^"]*)"/g), ([, label]) => read(label ?? ''))

describe('the page of a sweep', () => {
  let page = ''
  beforeAll(async () => {
    page = await renderReport(aSweepVerdict())
  })

  test('says the verdict first, and its parts in the order of a reader’s questions', () => {
    expect(headings(page, 1)).toEqual(['✓ PASS tr108 on rtx4080-a: 18 cells within 18 limits'])
    expect(headings(page, 2)).toEqual([
      'In short',
      'Which configuration is best',
      'What moves what',
      'What axes do together',
      'How many configurations beat the defaults',
      'What a second server is worth',
      'Published, and measured here',
      'Agents at once',
      'Answers, beside their speed',
      'What it costs',
      'Typical figures',
      'What the timings include',
      'Checks',
      'Measured on',
    ])
  })

  test('has titles that say the finding', () => {
    expect(headings(page, 3)).toEqual(
      expect.arrayContaining([
        'num_ctx moves decode by 11 %, noise 2 %',
        'num_ctx moves warm TTFT by 57 %, noise 9 %',
        'num_ctx and num_gpu together move decode by up to 3.8 % beyond what each does alone, noise 2 %',
        'Best decode: gpu60-ctx512-t0.6 (112.0 tok/s ± 1.1); 1 of 2 others cannot be told from it',
        'Parallel efficiency is more than 5 points below overlap efficiency in 1 of 2 cells; the least is 52.4 % parallel at 99.2 % overlap',
      ]),
    )
  })

  test.each([
    [
      'agree',
      97,
      96,
      'The two efficiencies agree within 5 points; the least is 96 % parallel at 97 % overlap',
    ],
    [
      'disagree the other way round',
      63.7,
      87.8,
      'Parallel efficiency is more than 5 points above overlap efficiency in 1 of 1 cell; the least is 87.8 % parallel at 63.7 % overlap',
    ],
  ])('says of both efficiencies when they %s', async (_, overlap, parallel, title) => {
    const figures = [
      aSummary({ metric: 'overlapEfficiencyPercent', typical: overlap }),
      aSummary({ metric: 'parallelEfficiencyPercent', typical: parallel }),
    ]
    expect(headings(await renderReport(aSweepVerdict(3, { figures })), 3)).toContain(title)
  })

  test('keeps in a chart what tells one cell from another, however long its name is', async () => {
    const [one, two] = ['python', 'rust'].map(
      (scenario) => `single-agent/${scenario}/one-server/a-model-with-a-long-name/gpu80-ctx512-t0.8`,
    )
    const ranking = aRanking()
    const cells = ranking.cells
      .slice(0, 2)
      .map((cell, index) => ({ ...cell, cellId: (index === 0 ? one : two) ?? '' }))
    const analysis = anAnalysis({ rankings: [{ ...ranking, cells }] })
    const drawn = await renderReport(aSweepVerdict(3, { analysis }))
    expect(drawn.match(/<text[^>]*>[12]\. (?:python|rust)<\/text>/g)).toHaveLength(2)
  })

  test('says of an effect within the noise that there is none', () => {
    expect(read(page)).toContain('temperature no effect that shows (0.8 %, noise 2 %)')
    expect(read(page)).toContain('temperature: no effect that shows on decode')
    expect(read(page)).not.toMatch(/temperature moves/)
  })

  test('says in words what each chart shows', () => {
    const svgs = page.match(/<svg\b[^>]*>/g) ?? []
    expect(svgs.length).toBeGreaterThanOrEqual(7)
    for (const svg of svgs) expect(svg).toMatch(/ role="img" aria-label="[^"]{40,}"/)
    expect(messages(page)).toContainEqual(
      expect.stringContaining('Means by level: 512: 112.0 tok/s; 1024: 106.0 tok/s; 2048: 100.0 tok/s.'),
    )
    expect(messages(page)).toContainEqual(
      expect.stringContaining('2. gpu60-ctx1024-t0.6 111.4 tok/s ± 1.4, tied with the best'),
    )
  })

  test('gives every table a caption, and every row and column a heading', () => {
    const tables = page.match(/<table\b.*?<\/table>/gs) ?? []
    expect(tables.length).toBeGreaterThan(8)
    for (const table of tables) {
      expect(table).toContain('<caption>')
      const rows = table.match(/<tr\b/g)?.length ?? 0
      expect(table.match(/<th scope="row"/g)).toHaveLength(rows - 1)
      expect(table).toContain('<th scope="col"')
    }
  })

  test('says status, ties and doubt in words', () => {
    const text = read(page)
    expect(text).toContain('✓ pass warm TTFT')
    expect(text).toContain('tied with the best')
    expect(text).toContain('In doubt: the same for two languages. Superseded by TR112 v2, 4.1')
    expect(text).toContain('112.0 tok/s 114 tok/s -1.8 % n 5, 5 trials here TR108 4.2')
    expect(text).toContain('not compared, since nothing was measured there with all else the same: 32768')
    expect(text).toContain('num_gpu never moves alone: its effect cannot be told from that of model.')
  })

  test('holds both efficiencies and both contention rates of a cell side by side', () => {
    expect(read(page)).toContain('one-server/gemma3/gpu80-ctx512-t0.8 99.2 % 52.4 % 0.0 % 100.0 %')
    expect(read(page)).toContain('it stays near 100 % even when each slows the other down by half')
  })

  test('needs nothing else: no script, no network, no file', () => {
    expect(page).not.toMatch(/<script|javascript:|\bon\w+=|<link|<iframe|<img|<object|@import|url\(/i)
    expect(page).not.toMatch(/\b(?:https?:)?\/\/(?!127\.0\.0\.1)/)
    expect(page).not.toMatch(/ (?:src|href)="(?!#)/)
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  })

  test('leads every link to a part that is there', () => {
    const links = Array.from(page.matchAll(/href="#([^"]*)"/g), ([, id]) => id)
    expect(links).toHaveLength(13)
    for (const id of links) expect(page).toContain(`<section id="${id}"`)
  })

  test('is the same for the same verdict, byte for byte', async () => {
    expect(await renderReport(aSweepVerdict())).toBe(page)
  })
})

/** Opening and closing tags of the elements that a hostile text could break out of. */
const balanced = (page: string, element: string): boolean =>
  (page.match(new RegExp(`<${element}\\b`, 'g')) ?? []).length ===
  (page.match(new RegExp(`</${element}>`, 'g')) ?? []).length

test('text from outside opens no tag, closes none and leaves no attribute', async () => {
  const { hostile } = verdicts
  if (!hostile) throw new Error('no verdict called hostile')
  const page = await renderReport(hostile)
  expect(page).not.toMatch(/<script|<img|<!--|[^\P{Cc}\n]|\p{Cf}/u)
  for (const element of ['svg', 'table', 'details', 'section', 'h3', 'figure', 'text'])
    expect([element, balanced(page, element)]).toEqual([element, true])
  // A quote that is not escaped would end the attribute, and what follows would be attributes of their own.
  expect(
    page.match(/<[a-z0-9]+ [^>]*>/g)?.filter((tag) => !/^<[a-z0-9]+(?: [\w:-]+="[^"]*")+\/?>$/.test(tag)),
  ).toEqual([])
  expect(read(page)).toContain('|<script>alert(1)</script>')
})

describe('engines other than Ollama', () => {
  test.each(['embedded', 'scripted'] as const)('the first line says %s', async (engine) => {
    const page = await renderReport(aSweepVerdict(3, { environment: anEnvironment({ engine }) }))
    const body = read(page.slice(page.indexOf('<body>'))).trim()
    expect(body).toMatch(
      new RegExp(`^Measured on the ${engine} engine: not comparable with a real Ollama\\.`),
    )
  })
})

describe('a run with little to say', () => {
  test('without an analysis has its figures and checks', async () => {
    const page = await renderReport(aVerdict({ figures: [aSummary({ typical: 612 })] }))
    expect(headings(page, 2)).toEqual(['Typical figures', 'Checks', 'Measured on'])
    expect(page).not.toContain('<svg')
  })

  test('of one trial a cell says that its noise is unknown', async () => {
    const analysis = anAnalysis({ axes: [anEffect({ noisePercent: null })] })
    const page = await renderReport(aSweepVerdict(3, { analysis }))
    expect(read(page)).toContain('num_ctx: decode differs by 11 %, and what is noise of it is unknown')
    expect(read(page)).toContain('differs by 11 % (noise unknown)')
  })

  test('whose figures are all the same is drawn all the same', async () => {
    const level = (value: string) => ({ value, cells: 1, mean: 0 })
    const analysis = anAnalysis({
      axes: [
        anEffect({ levels: [level('a'), level('b')], spread: 0, spreadPercent: null, noisePercent: null }),
      ],
      rankings: [
        aRanking({
          cells: aRanking().cells.map((cell) => ({ ...cell, value: 0, sd: 0, cvPercent: null, worst: 0 })),
        }),
      ],
      interactions: [
        anInteraction({
          means: [
            [0, 0],
            [0, 0],
          ],
          greatest: 0,
          greatestPercent: null,
        }),
      ],
    })
    const page = await renderReport(aSweepVerdict(3, { analysis }))
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
    expect(page.match(/<svg\b/g)).toHaveLength(3)
  })

  test('without any verdict has its problems', async () => {
    const { 'error-input': broken } = verdicts
    if (!broken) throw new Error('no verdict called error-input')
    expect(read(await renderReport(broken))).toContain(broken.problems[0]?.what)
  })
})

/** As large as a sweep of the reports gets: 150 cells, 23 metrics, every axis and pair of axes. */
const hugeVerdict = () => {
  const { metrics, cells } = {
    metrics: [
      'decodeTokensPerSecond',
      'warmTtftMs',
      'coldTtftMs',
      'endToEndTokensPerSecond',
      'aggregateTokensPerSecond',
      'outputTokens',
      'turnTimeMs',
      'agentTtftMs',
      'repetitionPercent',
      'requestsPerHour',
      'batchTokensPerSecond',
      'costPerMillionTokens',
    ] as const,
    cells: Array.from({ length: 150 }, (_, index) => `${sweepCell(index)}-num_batch${index}`),
  }
  const axes = ['num_ctx', 'num_gpu', 'temperature', 'model', 'topology', 'top_k', 'top_p', 'seed']
  const ranked = cells.map((cellId, index) => ({
    cellId,
    value: 100 - index / 10,
    sd: 1,
    cvPercent: 1,
    worst: 98,
    trials: 5,
    tiedWithBest: index < 20,
  }))
  return aSweepVerdict(150, {
    analysis: aFullAnalysis({
      axes: metrics.flatMap((metric) => axes.map((axis) => anEffect({ metric, axis }))),
      interactions: metrics.flatMap((metric) =>
        axes.map((rowAxis) => anInteraction({ metric, rowAxis, greatestPercent: 9 })),
      ),
      rankings: metrics.flatMap((metric) =>
        (['typical', 'consistency'] as const).map((by) => aRanking({ metric, by, cells: ranked })),
      ),
      published: Array.from({ length: 400 }, (_, index) =>
        aComparison({ id: `row-${index}`, label: `Figure ${index}` }),
      ),
    }),
    checks: cells.flatMap((cellId) =>
      metrics.map((metric) => aCheck({ cellId, metric, message: 'x'.repeat(150) })),
    ),
    figures: cells.flatMap((cellId) => metrics.map((metric) => aSummary({ cellId, metric, typical: 100 }))),
  })
}

test('a sweep of 150 cells stays below 1.5 MB, and says what is left out', async () => {
  const page = await renderReport(hugeVerdict())
  expect(bytes(page)).toBeLessThan(1_500_000)
  const text = read(page)
  for (const words of [
    '18 more rankings left out here; verdict.json has all.',
    'The first 8 of 150 cells are drawn.',
    '4 more metrics not drawn: see the table.',
    '2 more axes with less effect: see the table.',
    '200 more figures left out here; verdict.json has all.',
    '1550 more checks left out here, the mildest; verdict.json has all.',
    '70 more cells left out here; verdict.json has all.',
  ])
    expect(text).toContain(words)
})
