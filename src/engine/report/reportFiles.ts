import type { ExportFile } from '../exporters/exportFile.ts';
import { buildModelSheet, buildReport } from './buildReport.ts';
import { figureFiles, renderHtml } from './renderHtml.ts';
import { renderMarkdown } from './renderMarkdown.ts';
import type { ReportSource } from './source.ts';

/** report.html: one self-contained file. */
export function exportReportHtml(source: ReportSource): ExportFile {
  return { name: 'report.html', text: renderHtml(buildReport(source)) };
}

/** report.md */
export function exportReportMarkdown(source: ReportSource): ExportFile {
  return { name: 'report.md', text: renderMarkdown(buildReport(source)) };
}

/** model-sheet.md: what goes with a model that is taken away. */
export function exportModelSheet(source: ReportSource): ExportFile {
  return { name: 'model-sheet.md', text: renderMarkdown(buildModelSheet(source)) };
}

/** The charts of the report as SVG files. */
export function exportFigures(source: ReportSource): readonly ExportFile[] {
  return figureFiles(buildReport(source));
}
