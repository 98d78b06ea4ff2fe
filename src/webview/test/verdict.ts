import { html, svg, type TemplateResult } from 'lit';
import type { TestResult } from '../../protocol/results.ts';
import { plural, signed } from '../format.ts';
import type { Panel } from '../panel.ts';

/**
 * The engine's sentence: what it claims as the heading, its numbers below, then the interval against the dashed line, so
 * that the eye checks it. Every number stands once.
 */
export function verdict(panel: Panel, result: TestResult): TemplateResult {
  const [claim, numbers] = claimAndNumbers(result.sentence);
  const [low, high] = result.u2Interval;
  const isWinner = panel.state.experiment?.summary.winner?.number === result.trial;
  return html`<div class="verdict">
    <h2>${claim}</h2>
    <p>
      ${numbers} ${isWinner ? 'The winner' : 'Trial'} #${result.trial} was refitted with
      ${plural(result.seeds.length, 'seed')}; the interval
      ${low <= 1 && high >= 1 ? 'contains 1, persistence itself' : 'does not contain 1, persistence itself'}.
    </p>
    ${intervalPicture(result)}
  </div>`;
}

/** The sentence ends in its numbers, which begin with U2, for a tie with the word for it. */
export function claimAndNumbers(sentence: string): readonly [string, string] {
  const at = sentence.search(/(Not distinguishable: )?\bU2 \d/);
  return at > 0 ? [sentence.slice(0, at).trim(), sentence.slice(at)] : [sentence, ''];
}

function intervalPicture(result: TestResult): TemplateResult {
  const lift = (u2: number): number => (1 - u2) * 100;
  const mean = lift(result.u2);
  const [low, high] = [lift(result.u2Interval[1]), lift(result.u2Interval[0])];
  const span = Math.max(high, 0) - Math.min(low, 0) || 1;
  const [from, to] = [Math.min(low, 0) - span * 0.14, Math.max(high, 0) + span * 0.18];
  const x = (v: number): string => `${((v - from) / (to - from)) * 100}%`;
  const line = 'var(--vscode-charts-foreground)';
  return html`<svg
    role="img"
    aria-label="Lift ${signed(mean, 1)} percent, 95 percent interval ${signed(low, 1)} to ${signed(high, 1)}; persistence is 0"
  >
    <line x1=${x(low)} x2=${x(high)} y1="26" y2="26" stroke=${line} stroke-width="2"></line>
    ${[low, high].map((v) => svg`<line x1=${x(v)} x2=${x(v)} y1="19" y2="33" stroke=${line} stroke-width="2"></line>`)}
    <circle cx=${x(mean)} cy="26" r="6" fill=${line}></circle>
    <text x=${x(mean)} y="12" text-anchor="middle" class="axis-text strong">${signed(mean, 1)} %</text>
    <text x=${x(low)} y="12" text-anchor="middle" class="axis-text">${signed(low, 1)}</text>
    <text x=${x(high)} y="12" text-anchor="middle" class="axis-text">${signed(high, 1)}</text>
    <line x1="0" x2="100%" y1="46" y2="46" stroke="var(--vscode-charts-lines)" opacity=".5"></line>
    <line x1=${x(0)} x2=${x(0)} y1="0" y2="52" class="persistence"></line>
    <text x="0" y="66" class="axis-text end">← worse</text>
    <text x=${x(0)} y="66" text-anchor="middle" class="axis-text strong">persistence</text>
    <text x="100%" y="66" text-anchor="end" class="axis-text end">
      better: the whole interval right of the line →
    </text>
  </svg>`;
}
