/** A flow as `flows show` prints it. Loaded when one is asked for: no other command needs the language. */
import { type Flow, type Path, paths, renderAsyncApi, renderSequence, renderStates, renderTable } from '@ensemble/flow';
import type { Shape } from './shapes.ts';

export { paths };

/** A flow with these paths; `alone`: nothing but the one path. */
export function drawn(flow: Flow, as: Shape, chosen: readonly Path[], alone: boolean): string {
  if (as === 'table') return renderTable(flow, 'markdown');
  if (as === 'asyncapi') return renderAsyncApi(flow);
  if (as === 'text') return [...(alone ? [] : [renderTable(flow)]), ...chosen.map(pathWords)].join('\n');
  const [only] = chosen;
  if (alone && only) return renderSequence(flow, only);
  const diagrams = [...chosen.map((each) => [each.name, renderSequence(flow, each)] as const), ['states', renderStates(flow)] as const];
  return [`# ${flow.name}`, ...diagrams.map(([name, diagram]) => `## ${name}\n\n\`\`\`mermaid\n${diagram}\`\`\``)].join('\n\n');
}

/** Its messages in causal order, as many on a line as are read at one sight. */
function pathWords({ name, messages }: Path): string {
  const lines = messages.reduce<readonly string[]>((before, message) => {
    const last = before.at(-1);
    if (last === undefined) return [message];
    const longer = `${last} → ${message}`;
    return longer.length <= 100 ? [...before.slice(0, -1), longer] : [...before, `→ ${message}`];
  }, []);
  return `${name}\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}
