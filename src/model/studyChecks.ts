import { constraintIssues } from './constraintIssues.ts';
import { parseConstraints } from './constraints.ts';
import type { IndicatorSpec } from './dataSpec.ts';
import {
  hyperparameterNames,
  hyperparameterSpecs,
  paramsSchema,
  type HyperparameterName,
} from './hyperparameters.ts';
import type { Issue } from './issue.ts';
import { nearest } from './nearest.ts';
import { countOf, distributionOf, holds, searchSpaceOf } from './searchSpace.ts';
import type { Study } from './study.ts';

/** A grid above this many trials is refused without an explicit yes. */
export const gridLimit = 1_000_000;

/** What the schema cannot say: relations inside the study file. Needs no data. */
export function studyIssues(study: Study): Issue[] {
  const issues = [
    ...ownIssues(study),
    ...spaceIssues(study),
    ...whenIssues(study),
    ...pointIssues(study),
    ...otherIssues(study),
  ];
  // What constraints leave can only be counted in a space that is sound.
  const isSound = issues.every((issue) => issue.severity !== 'error');
  return [
    ...issues,
    ...(isSound ? constraintIssues(searchSpaceOf(study)) : parseConstraints(study.search.constraints).issues),
  ];
}

/** The part that looks at one place alone, so that it holds whatever is wrong elsewhere. */
export function ownIssues(study: Study): Issue[] {
  return [
    ...distributionIssues(study),
    ...testDateIssues(study),
    ...averageIssues(study),
    ...indicatorOptionIssues(study),
  ];
}

function testDateIssues({ split: { test } }: Study): Issue[] {
  if (!('from' in test)) return [];
  const time = Date.parse(`${test.from}T00:00:00Z`);
  // 30 February is read as 1 March.
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(test.from)) return [];
  return [
    {
      path: ['split', 'test', 'from'],
      code: 'noSuchDay',
      severity: 'error',
      message: `\`split.test.from\` is "${test.from}", and there is no such day. Write the first date of the test range as YYYY-MM-DD.`,
    },
  ];
}

function averageIssues({ data }: Study): Issue[] {
  return data.indicators.flatMap(({ kind, fast = 12, slow = 26 }, i): Issue[] =>
    kind !== 'macd' || fast < slow
      ? []
      : [
          {
            path: ['data', 'indicators', i],
            code: 'fastNotBelowSlow',
            severity: 'error',
            message: `\`data.indicators[${i}]\` has its fast average over ${fast} rows and its slow one over ${slow}; fast must be below slow (usually 12 and 26).`,
          },
        ],
  );
}

const indicatorOptions = ['column', 'period', 'fast', 'slow', 'signal', 'deviations'] as const;

function optionsOf(kind: IndicatorSpec['kind']): readonly (typeof indicatorOptions)[number][] {
  switch (kind) {
    case 'macd':
      return ['column', 'fast', 'slow', 'signal'];
    case 'bollinger':
      return ['column', 'period', 'deviations'];
    case 'atr':
    case 'obv':
      return ['period'];
    case 'sma':
    case 'ema':
    case 'rsi':
    case 'roc':
    case 'volatility':
      return ['column', 'period'];
  }
}

/** An option that its indicator does not know would be ignored without a word. */
function indicatorOptionIssues({ data }: Study): Issue[] {
  return data.indicators.flatMap((indicator, i) => {
    const known = optionsOf(indicator.kind);
    return indicatorOptions
      .filter((option) => indicator[option] !== undefined && !known.includes(option))
      .map((option): Issue => ({
        path: ['data', 'indicators', i, option],
        code: 'unknownOption',
        severity: 'error',
        message: `\`data.indicators[${i}].${option}\`: ${indicator.kind} has no such option, it has ${known.join(', ')}. Remove it.`,
      }));
  });
}

function distributionIssues(study: Study): Issue[] {
  const issues: Issue[] = [];
  for (const name of hyperparameterNames) {
    const written = study.hyperparameters[name];
    const distribution = distributionOf(written);
    if (!distribution) continue;
    const path = ['hyperparameters', name];
    if (distribution.kind === 'categorical') {
      const seen = new Set(distribution.choices);
      if (seen.size < distribution.choices.length) {
        issues.push({
          path: [...path, 'choices'],
          code: 'duplicateChoice',
          severity: 'error',
          message: `\`hyperparameters.${name}.choices\` holds a value twice; keep each once.`,
          fix: { title: 'Keep each value once', path: [...path, 'choices'], value: [...seen] },
        });
      }
      continue;
    }
    const { low, high, step, log, kind } = distribution;
    const at = [...path, kind];
    if (low > high) {
      issues.push({
        path: at,
        code: 'lowAboveHigh',
        severity: 'error',
        message: `\`hyperparameters.${name}.${kind}\` has its low end ${low} above its high end ${high}; swap them.`,
        fix: { title: 'Swap low and high', path: at, value: [high, low] },
      });
      continue;
    }
    if (log && low <= 0) {
      issues.push({
        path: [...at, 0],
        code: 'logNeedsPositive',
        severity: 'error',
        message: `\`hyperparameters.${name}\` is searched on a logarithmic scale, so its low end must be above 0, not ${low}.`,
      });
    }
    if (log && 'step' in (written as object)) {
      issues.push({
        path: [...path, 'step'],
        code: 'logWithStep',
        severity: 'error',
        message: `\`hyperparameters.${name}\` has both \`log\` and \`step\`; a logarithmic scale has no even steps. Leave one out, or list the values as { "choices": [...], "ordered": true }.`,
        fix: { title: 'Remove step', path: [...path, 'step'], value: undefined },
      });
    }
    if (step !== null && high > low && step > high - low) {
      issues.push({
        path: [...path, 'step'],
        code: 'stepTooLarge',
        severity: 'warning',
        message: `\`hyperparameters.${name}.step\` is ${step}, wider than the range ${low} to ${high}: only ${low} will be tried.`,
      });
    }
  }
  return issues;
}

function spaceIssues(study: Study): Issue[] {
  const kind = typeof study.search.sampler === 'string' ? study.search.sampler : study.search.sampler.kind;
  const searched = hyperparameterNames.flatMap((name) => {
    const distribution = distributionOf(study.hyperparameters[name]);
    return distribution ? [{ name, count: countOf(distribution) }] : [];
  });
  const issues: Issue[] = [];
  if (kind === 'grid') {
    for (const { name, count } of searched) {
      if (count !== null) continue;
      const written = study.hyperparameters[name] as { float: [number, number]; log?: boolean }; // only a float has no count
      const [low, high] = written.float;
      const decades = written.log === true && low > 0 ? powers(low, high) : null;
      const path = ['hyperparameters', name];
      issues.push({
        path,
        code: 'gridNeedsStep',
        severity: 'error',
        message: `A grid needs a finite number of values, but \`hyperparameters.${name}\` is any number from ${low} to ${high}. Add a \`step\`, or list \`choices\`.`,
        fix: decades
          ? { title: `Use choices ${decades.join(', ')}`, path, value: { choices: decades, ordered: true } }
          : {
              title: 'Add a step that gives four values',
              path: [...path, 'step'],
              value: Number(((high - low) / 3).toPrecision(3)),
            },
      });
    }
  }
  if (
    study.search.trials > 1 &&
    study.search.points.length === 0 &&
    searched.every(({ count }) => count === 1)
  ) {
    issues.push({
      path: ['hyperparameters'],
      code: 'emptySpace',
      severity: 'error',
      message: `\`search.trials\` asks for ${study.search.trials} trials, but there is only one configuration: every hyperparameter has a single value. Give at least one of them choices or a range, or set \`search.trials\` to 1.`,
      fix: { title: 'Set trials to 1', path: ['search', 'trials'], value: 1 },
    });
  }
  return issues;
}

/** Powers of ten from low to high, with both ends. */
function powers(low: number, high: number): number[] {
  const out = new Set([low]);
  for (let e = Math.ceil(Math.log10(low) - 1e-9); e <= Math.log10(high) + 1e-9; e++)
    out.add(Number((10 ** e).toPrecision(12)));
  out.add(high);
  return [...out].sort((a, b) => a - b);
}

function unknownName(path: Issue['path'], name: string): Issue {
  const near = nearest(name, hyperparameterNames);
  return {
    path,
    code: 'unknownHyperparameter',
    severity: 'error',
    message: `"${name}" is not a hyperparameter${near ? `; did you mean "${near}"?` : `. Known: ${hyperparameterNames.join(', ')}.`}`,
    ...(near ? { fix: { title: `Rename to "${near}"`, path, value: undefined, rename: near } } : {}),
  };
}

function isName(name: string): name is HyperparameterName {
  return (hyperparameterNames as readonly string[]).includes(name);
}

function whenIssues(study: Study): Issue[] {
  const issues: Issue[] = [];
  for (const [name, condition] of Object.entries(study.search.when)) {
    const path = ['search', 'when', name];
    if (!isName(name)) {
      issues.push(unknownName(path, name));
      continue;
    }
    if (!distributionOf(study.hyperparameters[name])) {
      issues.push({
        path,
        code: 'whenOnConstant',
        severity: 'error',
        message: `\`search.when.${name}\` has no effect: \`${name}\` is a constant. Give it a range or choices, or remove the condition.`,
        fix: { title: 'Remove the condition', path, value: undefined },
      });
    }
    for (const [other, values] of Object.entries(condition)) {
      const at = [...path, other];
      if (!isName(other)) {
        issues.push(unknownName(at, other));
        continue;
      }
      if (other === name || Object.hasOwn(study.search.when, other)) {
        issues.push({
          path: at,
          code: 'whenNested',
          severity: 'error',
          message: `\`search.when.${name}\` depends on "${other}", which has a condition of its own; a condition may only name hyperparameters that are always active.`,
        });
        continue;
      }
      const written = study.hyperparameters[other];
      const distribution = distributionOf(written);
      const wanted = Array.isArray(values) ? values : [values];
      if (!wanted.some((value) => (distribution ? holds(distribution, value) : written === value))) {
        issues.push({
          path: at,
          code: 'whenNever',
          severity: 'warning',
          message: `\`search.when.${name}\` never holds: "${other}" cannot be ${wanted.map(String).join(' or ')} in this study, so \`${name}\` is never searched.`,
        });
      }
    }
  }
  return issues;
}

/** Points are run as they are written: one that no model can have is an error, one outside the space is not learnt from. */
function pointIssues(study: Study): Issue[] {
  return study.search.points.flatMap((point, i) =>
    Object.entries(point).flatMap(([name, value]): Issue[] => {
      const path = ['search', 'points', i, name];
      if (!isName(name)) return [unknownName(path, name)];
      const is = `\`search.points[${i}].${name}\` is ${JSON.stringify(value)}`;
      if (!paramsSchema.shape[name].safeParse(value).success)
        return [
          {
            path,
            code: 'pointImpossible',
            severity: 'error',
            message: `${is}, and ${name} is ${possibleText(name)}. Change it, or leave it out of the point.`,
          },
        ];
      const outside = outsideText(study, point, name);
      if (outside === null) return [];
      return [
        {
          path,
          code: 'pointOutside',
          severity: 'warning',
          message: `${is}, ${outside}. The point is run as it is written, but the search does not learn from it.`,
        },
      ];
    }),
  );
}

function possibleText(name: HyperparameterName): string {
  const spec = hyperparameterSpecs[name];
  if (spec.type === 'categorical') return `one of ${spec.choices.join(', ')}`;
  return `${spec.type === 'int' ? 'a whole number' : 'a number'} from ${spec.low} to ${spec.high}`;
}

/** Why the value of a point lies outside the space; null where it does not. */
function outsideText(
  study: Study,
  point: Study['search']['points'][number],
  name: HyperparameterName,
): string | null {
  const written = study.hyperparameters[name];
  const distribution = distributionOf(written);
  const value = point[name];
  if (!distribution)
    return written === value
      ? null
      : `and \`hyperparameters.${name}\` is the constant ${JSON.stringify(written)}`;
  if (!holds(distribution, value)) return `outside the range or choices of \`hyperparameters.${name}\``;
  for (const [other, wanted] of Object.entries(study.search.when[name] ?? {})) {
    const values = Array.isArray(wanted) ? wanted : [wanted];
    if (point[other] !== undefined && !values.includes(point[other]))
      return `and ${name} is searched only where ${other} is ${values.join(' or ')} (\`search.when\`), not ${point[other]}`;
  }
  return null;
}

function otherIssues(study: Study): Issue[] {
  const issues: Issue[] = [];
  if (study.data.forecast === 'price') {
    issues.push({
      path: ['data', 'forecast'],
      code: 'rawPrice',
      severity: 'warning',
      message:
        'A raw price leaves the range it was trained on, and an LSTM on it is usually worse than repeating the last price. "logReturn" is the sound choice.',
      fix: { title: 'Forecast the log-return', path: ['data', 'forecast'], value: 'logReturn' },
    });
  }
  const pruner = typeof study.search.pruner === 'string' ? study.search.pruner : study.search.pruner.kind;
  const folds = study.split.validation.kind === 'walkForward' ? study.split.validation.folds : 1;
  if (pruner === 'wilcoxon' && folds < 6) {
    issues.push({
      path: ['search', 'pruner'],
      code: 'wilcoxonNeedsFolds',
      severity: 'warning',
      message: `The Wilcoxon pruner compares trials fold by fold and needs at least 6 of them; with ${folds} it can hardly ever decide. Use "median", or more folds.`,
      fix: { title: 'Use the median pruner', path: ['search', 'pruner'], value: 'median' },
    });
  }
  if (study.search.points.length > study.search.trials) {
    issues.push({
      path: ['search', 'points'],
      code: 'morePointsThanTrials',
      severity: 'warning',
      message: `There are ${study.search.points.length} points but only ${study.search.trials} trials; the last points are not run.`,
    });
  }
  return issues;
}
