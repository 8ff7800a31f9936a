import { startVitest } from 'vitest/node';

/** `npm run lookahead`: the look-ahead test over every bar instead of a sample. */
process.env['LOOKAHEAD'] = 'all';
const vitest = await startVitest('test', ['test/lookahead/'], { watch: false });
await vitest.close();
