import type { Row } from '@ensemble/engine/store';

/** Makes rows of what a select list of these columns gives. */
export const rowOf =
  <V>(columns: readonly { readonly name: string; read(cell: V | null): unknown }[]) =>
  (cells: readonly (V | null)[]): Row => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as (typeof columns)[number];
      row[column.name] = column.read(cells[i] ?? null);
    }
    return row;
  };
