import { z } from 'zod';
import { trialStates } from '../../model/trial.ts';
import { freshMemory, type ViewMemory } from './state.ts';

/** What vscode.setState holds: parsed on the way back, because an older version of this page may have written it. */
const number = z.number();
const numbers = z.record(z.string(), number);
const flags = z.record(z.string(), z.boolean());
const memorySchema = z.object({
  tab: z.enum(['setup', 'trials', 'plots', 'compare', 'test']).catch(freshMemory.tab),
  experimentId: z.string().nullable().catch(null),
  selection: z.array(number).catch([]),
  focus: z.object({ trial: number, column: z.string() }).nullable().catch(null),
  sort: z
    .array(z.object({ column: z.string(), direction: z.enum(['ascending', 'descending']) }))
    .catch([...freshMemory.sort]),
  filter: z
    .object({
      text: z.string(),
      states: z.array(z.enum(trialStates)),
      starred: z.boolean(),
      brushes: z.array(z.object({ column: z.string(), low: number, high: number, label: z.string() })),
    })
    .catch({ text: '', states: [], starred: false, brushes: [] }),
  columns: z
    .object({ order: z.array(z.string()), shown: flags, widths: numbers, pinned: flags })
    .catch({ order: [], shown: {}, widths: {}, pinned: {} }),
  onlyWhatDiffers: z.boolean().catch(false),
  scroll: numbers.catch({}),
  plots: z
    .object({
      slice: z.string().nullable(),
      contour: z.tuple([z.string(), z.string()]).nullable(),
      pivot: z.tuple([z.string(), z.string()]).nullable().catch(null),
      hidden: z.array(z.string()),
      part: z.string().nullable().catch(null),
      trial: number.nullable(),
    })
    .catch({ slice: null, contour: null, pivot: null, hidden: [], part: null, trial: null }),
  compare: z.array(z.object({ store: z.string(), id: z.string(), number })).catch([]),
});

/** The memory that was kept, field by field; what cannot be read is fresh. */
export function parseMemory(kept: unknown): ViewMemory {
  const parsed = memorySchema.safeParse(kept);
  return parsed.success ? parsed.data : freshMemory;
}
