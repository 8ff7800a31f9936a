import module from 'node:module';
import { join } from 'node:path';

// Plain JavaScript, so that a Node which cannot read the rest can say so.
if (process.features.typescript) {
  // Among what npm installed, and not in the temporary folder, where others may put what would then be run.
  module.enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled'));
  await import('./trader.ts');
} else {
  console.error(
    `error: trader needs Node 24 and runs on ${process.version}. Remedy: start it with "npm run -s trader --" after "npm ci", ` +
      'which brings Node 24 for Linux, Windows and Apple silicon; elsewhere install Node 24',
  );
  process.exitCode = 1;
}
