import { LEFT, RIGHT, WIDTH } from './line-chart.ts';

/** Light and dark, narrow and wide, without anything from outside. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#5b6570;--line:#d8dee4;--card:#f6f8fa;--gain:#1a7f37;--loss:#cf222e;--shade:#0002}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--soft:#9aa5b1;--line:#30363d;--card:#161b22;--gain:#3fb950;--loss:#ff7b72;--shade:#fff3}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1040px;padding:16px;background:var(--bg);color:var(--fg);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:1.45rem;margin:0 0 4px}h2{font-size:1.1rem;margin:0 0 8px}
section{margin:28px 0}.note{color:var(--soft);margin:0 0 8px;font-size:.88rem}
ul.note{padding-left:18px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(135px,1fr));gap:8px}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 10px}
.card span{display:block;color:var(--soft);font-size:.78rem}.card b{font-size:1.12rem;font-variant-numeric:tabular-nums}
.card small{display:block;color:var(--soft);font-size:.75rem}
.gain{color:var(--gain)}.loss{color:var(--loss)}
.scroll{overflow:auto;max-height:620px;border:1px solid var(--line);border-radius:8px;background:linear-gradient(transparent,var(--bg) 70%) 0 100%/100% 40px no-repeat local,linear-gradient(90deg,transparent,var(--bg) 70%) 100% 0/40px 100% no-repeat local,linear-gradient(transparent,var(--shade)) 0 100%/100% 12px no-repeat,linear-gradient(90deg,transparent,var(--shade)) 100% 0/12px 100% no-repeat}
table{border-collapse:collapse;width:100%;font-size:.84rem;font-variant-numeric:tabular-nums}
th,td{padding:5px 9px;text-align:left;white-space:nowrap;border-bottom:1px solid var(--line)}
thead th{position:sticky;top:0;background:var(--card)}.n{text-align:right}
.heat td{text-align:right;color:#1b1f24}.heat th,.heat td.none{color:var(--soft)}
figure.chart{margin:0}svg{width:100%;height:auto;display:block;touch-action:pan-y}
.grid{stroke:var(--line);stroke-width:1}.tick{fill:var(--soft);font-size:9.5px}.end{text-anchor:end}.middle{text-anchor:middle}
.line{fill:none;stroke-width:1.4;stroke:currentColor}.area{fill:currentColor;fill-opacity:.25;stroke:none}
.cross{stroke:var(--soft);stroke-dasharray:3 3}
svg:focus-visible,.scroll:focus-visible{outline:2px solid #0969da;outline-offset:2px}
figcaption{display:flex;flex-wrap:wrap;gap:4px 14px;font-size:.82rem;min-height:1.5em}
output{margin-left:auto;color:var(--soft);font-variant-numeric:tabular-nums}
.t0{color:#0969da}.t1{color:#bf8700}.t2{color:#8250df}.t3{color:#1a7f37}.t4{color:#cf222e}.t5{color:#0a8f9c}.t6{color:#bc4c00}.t7{color:#bf3989}.t8{color:#6e7781}
.key{display:inline-flex;align-items:center}.key::before{content:"";width:10px;height:10px;border-radius:2px;background:currentColor;margin-right:5px}.key b{color:var(--fg);font-weight:400}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.tabs>input{position:absolute;opacity:0}.tabs>label{display:inline-block;padding:3px 10px;border:1px solid var(--line);border-radius:999px;margin:0 6px 8px 0;font-size:.84rem;cursor:pointer}
.tabs>input:checked+label{background:var(--fg);color:var(--bg)}.tabs>input:focus-visible+label{outline:2px solid #0969da}
.tabs>.pane{display:none}.tabs>input:nth-of-type(1):checked~.pane:nth-of-type(1),.tabs>input:nth-of-type(2):checked~.pane:nth-of-type(2),.tabs>input:nth-of-type(3):checked~.pane:nth-of-type(3){display:block}
.bar{display:grid;grid-template-columns:148px 1fr 60px;gap:8px;align-items:center;font-size:.84rem;margin:3px 0}
.bar span{overflow-wrap:anywhere}.bar i{display:block;height:12px;border-radius:3px;background:#0969da;min-width:2px}.bar b{text-align:right;font-weight:500;font-variant-numeric:tabular-nums}
.pairs{display:grid;grid-template-columns:repeat(auto-fit,minmax(290px,1fr));gap:22px}.pairs h3{font-size:.92rem;margin:0 0 6px}
#price-chart{height:420px}.pick{font-size:.84rem}.pick select{font:inherit;padding:3px 8px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:var(--fg);margin:0 0 8px 4px}
footer{color:var(--soft);font-size:.78rem;overflow-wrap:anywhere;border-top:1px solid var(--line);padding-top:10px}
@media (max-width:600px){#price-chart{height:320px}body{padding:12px}.tick{font-size:18px}.line{stroke-width:2.2}output{margin-left:0;width:100%}}
`;

/** Reads the figures under the pointer, and by arrow keys. Without it the charts still stand. */
export const SCRIPT = `
for (const figure of document.querySelectorAll('.chart')) {
  const data = JSON.parse(figure.querySelector('script').textContent);
  const svg = figure.querySelector('svg'), cross = figure.querySelector('.cross'), out = figure.querySelector('output');
  const left = ${LEFT}, right = ${RIGHT}, width = ${WIDTH}, last = Math.max(1, data.times.length - 1);
  let now = -1;
  const show = (wanted) => {
    const i = now = Math.min(data.times.length - 1, Math.max(0, wanted));
    const at = left + i / last * (width - left - right);
    cross.setAttribute('x1', at); cross.setAttribute('x2', at);
    const parts = data.lines.filter((line) => line.values[i] !== null).map((line) => line.name + ' ' + line.values[i].toLocaleString('en-US', { maximumFractionDigits: 2 }) + figure.dataset.unit);
    out.textContent = data.times[i].slice(0, 16).replace('T', ' ') + '  ' + parts.join('  ');
  };
  const read = (event) => {
    const box = svg.getBoundingClientRect();
    show(Math.round(((event.clientX - box.left) / box.width * width - left) / (width - left - right) * last));
  };
  svg.addEventListener('keydown', (event) => {
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, PageUp: now - 10, PageDown: now + 10, Home: 0, End: data.times.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
  svg.addEventListener('pointermove', read);
  svg.addEventListener('pointerdown', read);
}
`;
