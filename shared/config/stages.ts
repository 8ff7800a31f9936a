export const STAGES = ['local', 'dev', 'paper', 'live'] as const;
export type Stage = (typeof STAGES)[number];

/** The four files of the base; each is one section of the merged config. */
export const SECTIONS = ['app', 'policy', 'universe', 'signals'] as const;
export type Section = (typeof SECTIONS)[number];

export function sectionFile(section: Section): string {
  return `${section}.yaml`;
}

/** The overlay of a stage: any part of the four sections, under their names. */
export function overlayFile(stage: Stage): string {
  return `stages/${stage}.yaml`;
}

/** The files, relative to the config folder, that a stage is made of. */
export function configFiles(stage: Stage): readonly string[] {
  return [...SECTIONS.map(sectionFile), overlayFile(stage)];
}
