import { forecastTs } from './typescriptForecast.ts';
import { inputsTs } from './typescriptInputs.ts';
import { typescriptModels, type TypescriptRunner } from './typescriptModels.ts';
import { pricesTs } from './typescriptPrices.ts';

/**
 * The TypeScript program that goes with an exported model: reads a CSV of new prices, prints the next forecast. Its text is
 * constant (no name of a study or column ever becomes code); what differs between models stands in the JSON beside it.
 * Runs in Node 22.18 or later as it is. test/exports/readers.test.ts runs it.
 */
export function forecastTsWith(runner: TypescriptRunner): string {
  return head[runner] + pricesTs + inputsTs + forecastTs + typescriptModels[runner];
}

const head: Record<TypescriptRunner, string> = {
  plain: `// Prints the next forecast: node forecast.ts prices.csv     (Node 22.18 or later, no packages)
// model.json and model.bin must lie beside this file.
import { existsSync, readFileSync } from 'node:fs';

const specFile = 'model.json';
`,
  tfjs: `// Prints the next forecast: npm install @tensorflow/tfjs && node forecast.ts prices.csv     (Node 22.18 or later)
// model.json, weights.bin and preprocessing.json must lie beside this file.
import { existsSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';

const specFile = 'preprocessing.json';
`,
};
