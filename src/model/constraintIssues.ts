import { parseConstraints } from './constraints.ts';
import type { Issue } from './issue.ts';
import type { SearchSpace } from './searchSpace.ts';
import { countSpace, estimatePoints } from './spaceCount.ts';

/** Combinations that are counted one by one: this runs at every keystroke in a study file. */
const keystrokeLimit = 5_000;
/** Below this share random proposals rarely hit: worth a warning. */
const narrowShare = 0.01;

/** Issues of `search.constraints`: unreadable expressions, and a space that they empty or nearly empty. */
export function constraintIssues(space: SearchSpace): readonly Issue[] {
  const { constraints, issues } = parseConstraints(space.constraints);
  if (issues.length > 0 || constraints.length === 0) return issues;
  const { share, left, isExact } = countSpace(space, constraints, keystrokeLimit);
  const path = ['search', 'constraints'];
  if (share === 0 && isExact)
    return [
      {
        path,
        code: 'constraintsEmpty',
        severity: 'error',
        message: 'The constraints exclude every configuration of the space; loosen one of them.',
      },
    ];
  if (share === 0)
    return [
      {
        path,
        code: 'constraintsNarrow',
        severity: 'warning',
        message: `None of ${estimatePoints.toLocaleString('en-US')} configurations spread over the space satisfies the constraints: they leave less than 0.1 % of it, perhaps nothing. Narrower distributions would say the same and search better.`,
      },
    ];
  if (share >= narrowShare) return [];
  const text = left === null ? '' : ` (${isExact ? '' : 'about '}${left} configurations)`;
  return [
    {
      path,
      code: 'constraintsNarrow',
      severity: 'warning',
      message: `The constraints leave ${(100 * share).toPrecision(2)} % of the space${text}. Narrower distributions would say the same and search better.`,
    },
  ];
}
