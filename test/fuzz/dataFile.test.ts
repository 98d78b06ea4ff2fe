import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareStudy } from '../../src/engine/data/prepare.ts';
import { readDataFile } from '../../src/engine/data/readDataFile.ts';
import { createRng } from '../../src/engine/rng.ts';
import { parseStudy } from '../../src/model/parseStudy.ts';
import { hangMs, timed } from './hang.ts';
import { mutateText } from './mutate.ts';

const rounds = process.env['LSTM_STUDY_LONG'] ? 10_000 : 4_000;
const folder = mkdtempSync(join(tmpdir(), 'lstm-study-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 160 real days, in the shapes CSV files come in. */
function bases(): string[] {
  const lines = readFileSync(
    new URL('../../node_modules/vega-datasets/data/sp500-2000.csv', import.meta.url),
    'utf8',
  )
    .trim()
    .split('\n')
    .slice(0, 161);
  const semicolons = lines.map((line) => line.replaceAll(',', ';').replaceAll('.', ','));
  const quoted = lines.map((line, i) =>
    i === 0
      ? line
      : line
          .split(',')
          .map((cell) => `"${cell}"`)
          .join(','),
  );
  return [
    lines.join('\n'),
    `\uFEFF${semicolons.join('\r\n')}\r\n`,
    quoted.join('\n'),
    lines.join('\n').replaceAll(',', '\t'),
  ];
}

const study = parseStudy(
  JSON.stringify({
    lstmStudy: 1,
    data: { file: 'p.csv' },
    split: { validation: { kind: 'walkForward', folds: 2 } },
    hyperparameters: { lookback: 5 },
  }),
).study!;

describe('mutated data files', () => {
  it(
    `answers ${rounds} of them with issues or rows that can be trained on`,
    { timeout: 900_000 },
    async () => {
      const rng = createRng(7);
      const texts = bases();
      const file = join(folder, 'p.csv');
      let read = 0;
      let prepared = 0;
      let slowestMs = 0;
      for (let i = 0; i < rounds; i++) {
        let text = texts[i % texts.length];
        for (let n = rng.int(4); n >= 0; n--) text = mutateText(text, rng);
        writeFileSync(file, text);
        const { answer, ms } = await timed(async () => {
          const { table, issues } = await readDataFile(file, study.data);
          return { issues, prepared: table && prepareStudy(table, study) };
        });
        expect(ms, JSON.stringify(text.slice(0, 300))).toBeLessThan(hangMs);
        slowestMs = Math.max(slowestMs, ms);
        const { issues } = answer;
        if (answer.prepared) {
          read++;
          const { data, issues: more } = answer.prepared;
          if (data) {
            prepared++;
            expect(data.series.rows).toBeGreaterThan(0);
            expect(
              data.folds
                .flatMap((fold) => [...fold.scaler.center, ...fold.scaler.scale])
                .every(Number.isFinite),
            ).toBe(true);
          } else expect(more.some((issue) => issue.severity === 'error')).toBe(true);
        } else
          expect(
            issues.some((issue) => issue.severity === 'error'),
            JSON.stringify(text.slice(0, 300)),
          ).toBe(true);
        for (const issue of issues) expect(issue.message.length).toBeGreaterThan(10);
      }
      console.log(
        `data files: ${rounds} mutated, ${read} read, ${prepared} prepared, slowest ${slowestMs.toFixed(0)} ms`,
      );
      expect(read).toBeGreaterThan(rounds / 2);
      expect(prepared).toBeGreaterThan(rounds / 10);
    },
  );

  it('broken twin: files that are split at commas and read by parseFloat give numbers that are none', () => {
    const rng = createRng(7);
    const texts = bases();
    let broken = 0;
    for (let i = 0; i < 300; i++) {
      const lines = mutateText(texts[i % texts.length], rng)
        .trim()
        .split('\n')
        .slice(1);
      if (lines.some((line) => !Number.isFinite(parseFloat(line.split(',')[4])))) broken++;
    }
    expect(broken).toBeGreaterThan(30);
  });

  it('names what is wrong with files that are no prices at all', async () => {
    const cases: [string, string | Uint8Array][] = [
      ['empty', ''],
      ['only a header', 'date,close\n'],
      ['one row', 'date,close\n2020-01-01,5\n'],
      ['zero bytes', new Uint8Array(5000)],
      ['a picture', Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)],
      ['one endless line', 'a'.repeat(3_000_000)],
      ['only quotes', '"'.repeat(10_000)],
      [
        '500 columns',
        `${Array.from({ length: 500 }, (_, i) => `c${i}`).join(',')}\n${Array.from({ length: 500 }, () => '1').join(',')}\n`,
      ],
    ];
    for (const [name, content] of cases) {
      const file = join(folder, 'odd.csv');
      writeFileSync(file, content);
      const { table, issues } = await readDataFile(file, study.data);
      const all = table ? [...issues, ...prepareStudy(table, study).issues] : issues;
      expect(
        all.some((issue) => issue.severity === 'error'),
        name,
      ).toBe(true);
    }
    for (const path of [folder, join(folder, 'absent.csv')]) {
      expect(
        (await readDataFile(path, study.data)).issues.some((issue) => issue.severity === 'error'),
        path,
      ).toBe(true);
    }
  });
});
