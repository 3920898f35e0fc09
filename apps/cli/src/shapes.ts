export const shapes = ['text', 'table', 'mermaid'] as const;

/** How a flow is drawn: for a terminal, as a Markdown table, or as Mermaid diagrams. */
export type Shape = (typeof shapes)[number];
