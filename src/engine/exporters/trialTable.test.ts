import { describe, expect, it } from 'vitest';
import { confirmationOf, experimentOf, trialOf } from '../../../test/exports/fixtures.ts';
import { csvField, exportTrialCsv, exportTrialJson, type TableSource } from './trialTable.ts';

const source: TableSource = {
  experiment: experimentOf(),
  trials: [trialOf(1, [0.99, 1.01, 1, 1]), trialOf(0, [1.1, 1.2, 1.3, 1.4], { units: 100 })],
  confirmations: [confirmationOf(1, [[1, 1, 1, 1.004], [1, 1, 1, 1]])], // prettier-ignore
  annotations: {
    format: 1,
    trials: { 1: { note: '=HYPERLINK("http://x","y")', star: true, tags: ['-1+cmd', 'b'] } },
  },
};

describe('fields', () => {
  it.each([
    ['plain', 'plain'],
    [-0.5, '-0.5'],
    [1e-7, '1e-7'],
    [null, ''],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1+cmd|calc', `"'-1+cmd|calc"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['  =1', `"'  =1"`],
    ['＝1', `"'＝1"`],
    ['"=1', `"'""=1"`],
    ['line\nbreak', '"line\nbreak"'],
  ])('%j becomes %j', (cell, text) => expect(csvField(cell)).toBe(text));
});

it('writes all trials by number, with every column', () => {
  const file = exportTrialCsv(source);
  const lines = 'text' in file ? file.text.split('\r\n') : [];
  expect(lines).toHaveLength(4); // header, two trials, behind the last line end
  expect(lines[0]).toMatch(/^number,state,value,lookback,units,.*fold1\.u2,.*confirm\.mean,/);
  expect(lines[1]).toMatch(/^0,complete,1\.25,60,100,/);
  expect(lines[2]).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
  expect(lines[2]).toContain(`"'-1+cmd b"`);
});

it('writes exactly the rows and columns asked for, in their order', () => {
  const file = exportTrialCsv(source, {
    trials: [1, 0, 9],
    columns: ['units', 'number', 'confirm.mean', 'no'],
  });
  expect('text' in file && file.text).toBe('units,number,confirm.mean\r\n50,1,1.0005\r\n100,0,\r\n');
});

it('writes JSON that holds the stored documents', () => {
  const file = exportTrialJson(source, { trials: [1] });
  const document: unknown = JSON.parse('text' in file ? file.text : '');
  expect(document).toMatchObject({ trials: [source.trials[0]], confirmations: source.confirmations });
});
