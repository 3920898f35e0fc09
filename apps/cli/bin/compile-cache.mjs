// Loaded by Node 24 or newer before the first TypeScript file: what is compiled is kept, so that the program starts fast the next time.
// For a single file that is not in the cache, Node would load its TypeScript compiler.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

module.enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/ensemble', import.meta.url)));
