import { expect, test } from 'vitest';
import { parseStudy } from '../../model/parseStudy.ts';
import { budgets, newStudyText, type Thoroughness } from './studyText.ts';

test.each(Object.keys(budgets) as Thoroughness[])(
  'a new %s study is a valid one with its numbers',
  (thoroughness) => {
    const text = newStudyText({
      name: 'A "name"',
      dataFile: 'data/prices.csv',
      date: 'Date',
      price: 'Adj Close',
      horizon: 3,
      thoroughness,
      volume: 'Volume',
    });
    const { study, issues } = parseStudy(text);
    expect(issues.filter((issue) => issue.severity === 'error')).toEqual([]);
    const budget = budgets[thoroughness];
    expect(study?.search.trials).toBe(budget.trials);
    expect(study?.search.confirm).toEqual(budget.confirm);
    expect(study?.split.validation).toMatchObject({ folds: budget.folds });
    expect(study?.name).toBe('A "name"');
  },
);

test('quick has the numbers that take minutes', () => {
  const { study } = parseStudy(
    newStudyText({
      name: 'q',
      dataFile: 'p.csv',
      date: 'd',
      price: 'c',
      horizon: 1,
      thoroughness: 'quick',
      volume: null,
    }),
  );
  expect(study?.hyperparameters).toMatchObject({ units: 50, epochs: 10, lookback: 20 });
  expect(study?.search).toMatchObject({ trials: 12, confirm: { top: 3, seeds: 3 } });
});
