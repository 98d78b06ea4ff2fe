import { expect, test } from 'vitest';
import { parseViewRequest } from './viewMessages.ts';

const ref = { store: '/w/.lstm-study', id: '20260101-000000-study-a1b2' };

test.each([
  ['ready', null],
  ['ready', undefined],
  ['edit', { path: ['hyperparameters', 'units'], value: { choices: [1, 2], ordered: true } }],
  ['edit', { path: ['notes'] }],
  ['edit', { path: ['hyperparameters', 'unit'], rename: 'units' }],
  ['run', { ifFinished: 'ask' }],
  ['compare', { trials: [{ ...ref, number: 1 }] }],
  ['predictions', { number: 3, of: ref }],
  ['annotate', { trials: { '3': { star: true } } }],
  ['export', { format: 'csv', columns: ['number', 'value'] }],
  ['export', { format: 'onnx', number: 3 }],
  ['save', { name: 'a.png', bytes: new Uint8Array(3) }],
  ['test', {}],
] as const)('%s takes what the page sends', (name, params) => {
  expect(() => parseViewRequest(name, params)).not.toThrow();
});

test.each([
  ['edit', { path: 'hyperparameters', value: 1 }],
  ['edit', { path: ['a'], value: 1, command: 'x' }],
  ['run', {}],
  ['trial', { number: -1 }],
  ['trial', { number: 1.5 }],
  ['trial', { number: NaN }],
  ['predictions', { number: 1, of: { store: '/w', id: '..' } }],
  ['openExperiment', { store: '/w', id: '../../etc' }],
  ['analyse', { kind: 'slice', parameter: '__proto__' }],
  ['export', { format: 'csv', target: '/etc/passwd' }],
  ['annotate', { format: 2 }],
  ['copy', { text: 3 }],
] as const)('%s refuses what it does not know', (name, params) => {
  expect(() => parseViewRequest(name, params)).toThrow(expect.objectContaining({ code: 'badInput' }));
});

test('a file name cannot leave the folder that is offered', () => {
  expect(parseViewRequest('save', { name: '../../x:y.png', text: '' }).name).toBe('.._.._x_y.png');
});
