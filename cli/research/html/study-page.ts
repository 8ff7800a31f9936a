import type { StudyFacts } from '../study/study-facts.ts';
import { type Card, cardText } from './head.ts';
import { escaped } from './markup.ts';
import { SCRIPT, STYLE } from './style.ts';

export interface StudyPage {
  readonly title: string;
  readonly run: StudyFacts;
  /** Sentences to be read before the figures. */
  readonly notes: readonly string[];
  readonly cards: readonly Card[];
  readonly sections: readonly string[];
}

const MORE_STYLE = `
.gridheat td,.gridheat th{text-align:right}.gridheat td{color:#1b1f24}.gridheat td.best{outline:2px solid var(--fg);outline-offset:-2px;font-weight:700}
.gridheat td.none{color:var(--soft)}.bars rect{fill:#0969da}.bars rect.below{fill:#cf222e}.mark{stroke:var(--fg);stroke-dasharray:4 3}
.bars .tick{font-size:11px}.fan{fill:#0969da;fill-opacity:.18}.fan.inner{fill-opacity:.28}h3{font-size:.95rem;margin:14px 0 6px}figure{margin:0}details{margin:8px 0}`;

/** One self-contained page for any study. */
export function studyPage({ title, run, notes, cards, sections }: StudyPage): string {
  const facts = [
    `${run.from.slice(0, 10)} to ${run.to.slice(0, 10)}`,
    `${run.interval} bars`,
    `${run.symbols.length} symbols`,
    `stage ${run.stage}`,
    `fees ${run.maker_fee_bps}/${run.taker_fee_bps} bps`,
  ];
  const list = (texts: readonly string[]) => texts.map((text) => `<li>${escaped(text)}</li>`).join('');
  const bent = run.adaptations.length;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title><style>${STYLE}${MORE_STYLE}</style></head><body>`,
    `<header><h1>${escaped(title)}</h1><p class="note">${escaped(facts.join(', '))}<br>${escaped(run.strategies.join(', '))}</p>`,
    notes.length === 0 ? '' : `<ul class="note">${list(notes)}</ul>`,
    bent === 0
      ? ''
      : `<details class="note"><summary>What is not as the config says (${bent})</summary><ul>${list(run.adaptations)}</ul></details>`,
    `<div class="cards">${cards.map(cardText).join('')}</div></header>`,
    '<main>',
    ...sections,
    '</main>',
    `<footer>data ${escaped(run.data_hash)} &middot; code ${escaped(run.code_version)} &middot; seed ${run.seed}</footer>`,
    `<script>${SCRIPT}</script></body></html>\n`,
  ].join('\n');
}
