export const shapes = ['text', 'table', 'mermaid', 'asyncapi'] as const;

/** How a flow is drawn: for a terminal, as a Markdown table, as Mermaid diagrams, or as an AsyncAPI document. */
export type Shape = (typeof shapes)[number];
