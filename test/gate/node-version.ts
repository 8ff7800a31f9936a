const NEEDED_MAJOR = 24;

/** null: new enough. Else what is wrong and what to do. */
export function refuseOldNode(version: string): string | null {
  const major = Number(/^v?(\d+)\./.exec(version)?.[1]);
  if (major >= NEEDED_MAJOR) return null;
  return (
    `The gate needs Node ${NEEDED_MAJOR} and runs on ${version}. Remedy: start it with "npm test" after "npm ci", which ` +
    `brings Node ${NEEDED_MAJOR} for Linux, Windows and Apple silicon; elsewhere install Node ${NEEDED_MAJOR}.`
  );
}
