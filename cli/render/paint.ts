import { styleText } from 'node:util';

export type Colour = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

export type Paint = (colour: Colour, text: string) => string;

/** Colours where the stream shows them: a terminal, and NO_COLOR is not set. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  return (colour, text) => styleText(colour, text, { stream });
}

export const unpainted: Paint = (_colour, text) => text;
