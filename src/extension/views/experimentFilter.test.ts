import { expect, test } from 'vitest';
import type { ExperimentSummary } from '../../protocol/experiments.ts';
import { filterMessage, fitsFilter } from './experimentFilter.ts';

function summaryOf(annotations: Partial<ExperimentSummary['annotations']> = {}): ExperimentSummary {
  return {
    store: '/s',
    id: '20261123-120000-sp500-ab12',
    name: 'S&P 500, next day',
    studyFile: 'prices/sp500.lstm.json',
    dataFile: 'prices.csv',
    createdAt: '2026-11-23T12:00:00.000Z',
    state: 'finished',
    ownerPid: null,
    endedBecause: 'trials',
    counts: { complete: 1, pruned: 0, failed: 0, running: 0 },
    budget: 1,
    objective: 'u2',
    leader: null,
    winner: null,
    looks: 1,
    verdict: 'notDistinguishable',
    annotations: { format: 1, trials: {}, ...annotations },
    sizeBytes: 0,
    problem: null,
    scoresKey: 'k',
  };
}

test.each([
  ['', true],
  ['next', true],
  ['SP500 finished', true],
  ['finished sp500', true],
  ['tie', true],
  ['ab12', true],
  ['nasdaq', false],
  ['sp500 running', false],
  ['starred', false],
])('“%s”: %s', (text, fits) => expect(fitsFilter(summaryOf(), text)).toBe(fits));

test('own names, notes and tags, also of trials, are searched', () => {
  const summary = summaryOf({
    name: 'the good one',
    note: 'before the crash',
    tags: ['paper'],
    star: true,
    trials: { '3': { note: 'odd curve', tags: ['keep'] } },
  });
  for (const text of ['good', 'crash paper', 'odd keep', 'starred', 's&p'])
    expect(fitsFilter(summary, text)).toBe(true);
});

test('archived ones are shown only when they are asked for, with other words too', () => {
  const archived = summaryOf({ archived: true });
  expect(fitsFilter(archived, '')).toBe(false);
  expect(fitsFilter(archived, 'archived')).toBe(true);
  expect(fitsFilter(archived, 'sp500 archived')).toBe(true);
  expect(fitsFilter(archived, 'nasdaq archived')).toBe(false);
  expect(fitsFilter(summaryOf(), 'archived')).toBe(false);
});

test('says how many are shown', () => {
  expect(filterMessage('', 3, 3)).toBeUndefined();
  expect(filterMessage('x', 2, 14)).toBe('2 of 14 experiments');
  expect(filterMessage('x', 0, 14)).toBe('No experiment fits “x”.');
});
