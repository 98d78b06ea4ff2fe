import * as vscode from 'vscode';
import { liftPercent } from '../../model/metrics.ts';
import type { ExperimentRef, ExperimentSummary } from '../../protocol/experiments.ts';
import type { RunProgress } from '../../protocol/runProgress.ts';
import { keyOf, refOf } from '../experimentIndex.ts';
import { countText, experimentName, finishedTrials, liftText, outcomeText } from '../format.ts';
import { escapeMarkdown } from '../tooltipText.ts';
import { tooltip } from './tooltip.ts';
import type { TrialLine } from './trialBoard.ts';

export type ExperimentNode =
  | { readonly kind: 'experiment'; readonly summary: ExperimentSummary }
  | {
      readonly kind: 'trial';
      readonly ref: ExperimentRef;
      readonly line: TrialLine;
      readonly isStarred: boolean;
    }
  | { readonly kind: 'more'; readonly ref: ExperimentRef; readonly count: number };

export function experimentItem(summary: ExperimentSummary, progress: RunProgress | null): vscode.TreeItem {
  const item = new vscode.TreeItem(experimentName(summary), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = keyOf(refOf(summary));
  const { star, archived, tags } = summary.annotations;
  item.description = `${outcomeText(summary, progress)}${star ? ' ★' : ''}`;
  item.iconPath = iconOf(summary);
  item.contextValue = [
    'experiment',
    summary.state,
    star ? 'starred' : 'plain',
    archived ? 'archived' : 'kept',
  ].join('.');
  item.tooltip = experimentTooltip(summary, tags ?? []);
  item.accessibilityInformation = {
    label: `Experiment ${experimentName(summary)}, ${outcomeText(summary, progress)}${star ? ', starred' : ''}`,
  };
  return item;
}

function iconOf(summary: ExperimentSummary): vscode.ThemeIcon {
  switch (summary.state) {
    case 'running':
      return new vscode.ThemeIcon('sync~spin');
    case 'interrupted':
      return new vscode.ThemeIcon('debug-pause');
    case 'newer':
    case 'unreadable':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    case 'damaged':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    case 'ready':
      return new vscode.ThemeIcon('circle-outline');
    case 'finished':
      return new vscode.ThemeIcon(summary.winner ? 'verified' : 'pass');
  }
}

export function experimentTooltip(
  summary: ExperimentSummary,
  tags: readonly string[],
): vscode.MarkdownString {
  const { counts } = summary;
  const lines = [
    `**${escapeMarkdown(experimentName(summary))}**`,
    `${escapeMarkdown(summary.studyFile)}, ${escapeMarkdown(summary.createdAt.replace('T', ' ').slice(0, 16))} UTC`,
    `${countText(finishedTrials(summary))} of ${countText(summary.budget)} trials: ${counts.complete} complete, ${counts.pruned} pruned, ${counts.failed} failed`,
  ];
  if (summary.leader)
    lines.push(
      `Leader \\#${summary.leader.number}: ${escapeMarkdown(summary.objective)} ${escapeMarkdown(summary.leader.value.toFixed(4))}, lift ${escapeMarkdown(liftText(summary.leader.liftPercent))} on one seed`,
    );
  if (summary.winner)
    lines.push(
      `Winner \\#${summary.winner.number}: ${escapeMarkdown(summary.winner.value.toFixed(4))} ± ${escapeMarkdown(summary.winner.sd.toFixed(4))} over ${summary.winner.seeds} fresh seeds`,
    );
  lines.push(
    summary.looks === 0
      ? 'Test range: sealed'
      : `Test range: looked at ${summary.looks} ${summary.looks === 1 ? 'time' : 'times'}`,
  );
  if (summary.annotations.note) lines.push(escapeMarkdown(summary.annotations.note));
  if (tags.length > 0) lines.push(`Tags: ${tags.map(escapeMarkdown).join(', ')}`);
  if (summary.problem) lines.push(escapeMarkdown(summary.problem));
  return tooltip(lines);
}

export function trialItem(ref: ExperimentRef, line: TrialLine, isStarred: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem(`#${line.number}`);
  item.id = `${keyOf(ref)}\0${line.number}`;
  item.description = `${trialText(line)}${isStarred ? ' ★' : ''}`;
  item.iconPath = trialIcon(line);
  item.contextValue = ['trial', line.state, isStarred ? 'starred' : 'plain'].join('.');
  item.tooltip = tooltip([
    `**Trial \\#${line.number}**, ${escapeMarkdown(line.state)}`,
    ...Object.entries(line.params).map(
      ([name, value]) => `${escapeMarkdown(name)}: ${escapeMarkdown(String(value))}`,
    ),
  ]);
  item.command = {
    command: 'lstmStudy.showTrial',
    title: 'Show Trial',
    arguments: [{ kind: 'trial', ref, line, isStarred } satisfies ExperimentNode],
  };
  item.accessibilityInformation = {
    label: `Trial ${line.number}, ${trialText(line)}${isStarred ? ', starred' : ''}`,
  };
  return item;
}

export function trialText(line: TrialLine): string {
  if (line.state === 'failed') return line.error ?? 'failed';
  if (line.value === null) return line.state;
  return `${line.value.toFixed(4)}${line.u2 === null ? '' : ` lift ${liftText(liftPercent(line.u2))}`}`;
}

function trialIcon(line: TrialLine): vscode.ThemeIcon {
  switch (line.state) {
    case 'complete':
      return new vscode.ThemeIcon('check');
    case 'running':
      return new vscode.ThemeIcon('sync~spin');
    case 'interrupted':
      return new vscode.ThemeIcon('debug-pause');
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    case 'pruned':
      return new vscode.ThemeIcon('circle-slash');
    case 'waiting':
      return new vscode.ThemeIcon('circle-outline');
  }
}

export function moreItem(ref: ExperimentRef, count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(`${countText(count)} more`);
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: 'lstmStudy.openPanel', title: 'Open Panel', arguments: [ref] };
  return item;
}
