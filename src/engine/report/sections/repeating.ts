import type { Study } from '../../../model/study.ts';
import type { Trial } from '../../../model/trial.ts';
import type { Block } from '../document.ts';
import { counted } from '../numbers.ts';
import type { ReportSource } from '../source.ts';

/** The commands that make it again, and the study as it was run: the file may be another one by now. */
export function repeatingBlocks({ experiment, result }: ReportSource, trial: Trial | undefined): Block[] {
  const { id, study, amendments, resolved } = experiment;
  const file = fileNameOf(experiment.studyFile);
  const { trainer, build } = resolved.variant;
  const pin = trainer === 'wasm' ? ` --build ${build}` : '';
  const changed =
    amendments.length === 0
      ? ''
      : ` The search was changed ${counted(amendments.length, 'time')} while it ran; only the command above repeats that too.`;
  return [
    { kind: 'text', text: 'To repeat it where its store is; what differs by then is said before it runs:' },
    { kind: 'code', text: `lstm-study rerun ${id}` },
    {
      kind: 'text',
      text: `To repeat it elsewhere: beside the same data file this study, as it was run, saved as ${file}.${changed}`,
    },
    { kind: 'code', text: studyText(study) },
    { kind: 'text', text: 'Then:' },
    {
      kind: 'code',
      text: [
        `lstm-study run ${file}${pin}`,
        ...(result && trial ? [`lstm-study test ${file} --trial ${trial.number}`] : []),
        `lstm-study report ${file}`,
      ].join('\n'),
    },
  ];
}

/** A name that a shell would read otherwise is left for the reader to fill in. */
function fileNameOf(studyFile: string): string {
  const name = studyFile.split(/[/\\]/).at(-1) ?? '';
  return /^\w[\w.-]*$/.test(name) ? name : 'STUDY.lstm.json';
}

/** A study file with one line for each part, and for each hyperparameter. */
function studyText(study: Study): string {
  const parts = Object.entries(study).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (key !== 'hyperparameters') return [`  "${key}": ${jsonLine(value)}`];
    const lines = Object.entries(study.hyperparameters).map(([name, v]) => `    "${name}": ${jsonLine(v)}`);
    return [`  "${key}": {\n${lines.join(',\n')}\n  }`];
  });
  return `{\n${parts.join(',\n')}\n}`;
}

/** JSON in which markup, and what hides or reorders text, is escaped as JSON does it: it can be seen, and still be read. */
function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|[<>&\u115F\u1160\u3164\uFFA0]/gu, (c) =>
    c
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
