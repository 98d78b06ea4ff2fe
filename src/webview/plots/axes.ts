import { hyperparameterSpecs, type HyperparameterName } from '../../model/hyperparameters.ts';
import { valuesOf, type SpaceParameter } from '../../model/searchSpace.ts';
import { paramAsNumber } from '../../protocol/trialColumns.ts';
import { words } from '../format.ts';

/** How a hyperparameter becomes an axis: named places for few values, else a number line, log where it is searched so. */
export interface ParameterAxis {
  readonly name: HyperparameterName;
  readonly label: string;
  /** Values with places of their own, as numbers (index of a choice); null for a number line. */
  readonly places: readonly number[] | null;
  readonly placeLabels: readonly string[];
  readonly isLog: boolean;
  readonly low: number;
  readonly high: number;
}

const mostPlaces = 12;

export function parameterAxis(parameter: SpaceParameter, seen: Float64Array): ParameterAxis {
  const { name, distribution } = parameter;
  const values = valuesOf(distribution);
  const label = words(name);
  if (values && values.length <= mostPlaces) {
    const isText = hyperparameterSpecs[name].type === 'categorical';
    const ordered = isText ? values : [...values].sort((a, b) => Number(a) - Number(b));
    return {
      name,
      label,
      places: ordered.map((value) => paramAsNumber(name, value)),
      placeLabels: ordered.map(String),
      isLog: false,
      low: -0.5,
      high: ordered.length - 0.5,
    };
  }
  const finite = seen.filter((v) => !Number.isNaN(v));
  const [low, high] =
    distribution.kind === 'categorical'
      ? [
          finite.reduce((a, b) => Math.min(a, b), Infinity),
          finite.reduce((a, b) => Math.max(a, b), -Infinity),
        ]
      : [distribution.low, distribution.high];
  return {
    name,
    label,
    places: null,
    placeLabels: [],
    isLog: distribution.kind !== 'categorical' && distribution.log,
    low,
    high,
  };
}

/** Where a value lies on the axis: its place, between two places in proportion, or itself on a number line. */
export function placeOn(axis: ParameterAxis, value: number): number {
  const { places } = axis;
  if (!places) return value;
  const exact = places.findIndex((place) => Math.abs(place - value) < 1e-9);
  if (exact >= 0) return exact;
  const above = places.findIndex((place) => place > value);
  if (above <= 0) return -1;
  return above - 1 + (value - places[above - 1]) / (places[above] - places[above - 1]);
}
