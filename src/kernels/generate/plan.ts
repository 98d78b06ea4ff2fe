import { layerBytes, layerFieldNames, layerFields, planBytes, planFieldNames, planFields } from '../plan.ts';

const capital = (name: string): string => name[0].toUpperCase() + name.slice(1);

/** AssemblyScript of the plan: one global a plan field, one accessor a layer field (layerGates(l), l = address of the layer's block). */
export function planSource(): string {
  const globals = planFieldNames.map((name) => `export let ${name}: ${planFields[name]} = 0;`);
  const reads = planFieldNames.map((name, i) => `  ${name} = load<${planFields[name]}>(at, ${i * 4});`);
  const accessors = layerFieldNames.map((name, i) => {
    const type = layerFields[name];
    return `@inline export function layer${capital(name)}(layer: usize): ${type} { return load<${type}>(layer, ${i * 4}); }`;
  });
  return `
let planAt: usize = 0;
${globals.join('\n')}
export function readPlan(at: usize): void {
  planAt = at;
${reads.join('\n')}
}
/** Address of layer l's block. */
export function layerBlock(l: i32): usize { return planAt + ${planBytes} + <usize>l * ${layerBytes}; }
${accessors.join('\n')}`;
}
