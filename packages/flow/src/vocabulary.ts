/** The schemas of the facts that several services and documents speak of. Sizes are limits against nonsense, not against business. */
import { type Static, Type } from 'typebox';

/** No NUL and no half of a character, since no store keeps them. Patterns are read with the unicode flag: whole pairs are characters. */
const keepable = '^[^\\u0000\\uD800-\\uDFFF]*$';
export const Id = Type.String({ minLength: 1, maxLength: 64, pattern: keepable });
export const Text = Type.String({ maxLength: 500, pattern: keepable });
/** Money is an integer in minor units: 1250 is 12.50. */
export const Amount = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000, examples: [1250] });
/** ISO 4217. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', examples: ['EUR'] });
export const Quantity = Type.Integer({ minimum: 1, maximum: 10_000 });
export const Line = Type.Object({ productId: Id, quantity: Quantity });
export const Lines = Type.Array(Line, { minItems: 1, maxItems: 100 });
export const PricedLine = Type.Object({ productId: Id, quantity: Quantity, name: Text, price: Amount });
export const PricedLines = Type.Array(PricedLine, { minItems: 1, maxItems: 100 });

export type Line = Static<typeof Line>;
export type PricedLine = Static<typeof PricedLine>;
