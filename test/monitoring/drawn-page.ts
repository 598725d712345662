import type { Panel } from './chart-queries.ts';
import { type DrawnLine, type DrawnSpan, drawnPanel, escaped } from './panel-drawing.ts';

/** What is drawn: a panel, and the lines that its queries gave. */
export interface AnsweredPanel {
  readonly panel: Panel;
  readonly lines: readonly DrawnLine[];
}

const pageWidth = 1400;
const unitHeight = 27;
const headHeight = 30;

const style = `
body{margin:0;background:#f2f3f5;color:#23272e;font:12px "DejaVu Sans",sans-serif;position:relative}
header{padding:9px 8px 0;height:20px;color:#555}header b{color:#23272e;font-size:14px;margin-right:12px}
section{position:absolute;box-sizing:border-box;background:#fff;border:1px solid #d9dce1;border-radius:3px;overflow:hidden}
h2{position:absolute;margin:0;padding:6px 8px 0;font-size:13px}h3{margin:6px 8px 4px;font-size:12px}
svg{display:block}text{font-size:10px;fill:#666}.grid{stroke:#e6e8ec}.line{fill:none;stroke-width:1.5}
.legend{margin:4px 8px;font-size:10px;line-height:14px}.legend span{margin-right:10px;white-space:nowrap}
.legend i{display:inline-block;width:10px;height:3px;margin-right:4px;vertical-align:middle}
.stat{font-size:52px;text-align:center;margin:40px 0}.none{text-align:center;color:#999;margin:60px 0}
table{border-collapse:collapse;margin:8px;font-size:11px}td,th{text-align:left;padding:3px 9px 3px 0;border-bottom:1px solid #e6e8ec}`;

function placed({ panel, lines }: AnsweredPanel, span: DrawnSpan): string {
  const column = (pageWidth - 8) / 24;
  const { x, y, w, h } = panel.gridPos;
  const left = 4 + x * column;
  const top = headHeight + y * unitHeight;
  if (panel.type === 'row') return `<h2 style="left:${left}px;top:${top}px">${escaped(panel.title)}</h2>`;
  const width = Math.floor(w * column - 6);
  const box = `left:${left}px;top:${top}px;width:${width}px;height:${h * unitHeight - 4}px`;
  return `<section style="${box}">${drawnPanel(panel, lines, span, width - 2)}</section>`;
}

/** The panels on one page, each at its place in the dashboard. */
export function drawnPage(
  panels: readonly AnsweredPanel[],
  span: DrawnSpan,
): { readonly html: string; readonly width: number; readonly height: number } {
  const units = Math.max(...panels.map(({ panel }) => panel.gridPos.y + panel.gridPos.h));
  const head = '<header><b>kt-sidecar</b>drawn from the queries of the panels, not by Grafana</header>';
  const body = panels.map((each) => placed(each, span)).join('\n');
  const html = `<!doctype html><meta charset="utf-8"><style>${style}</style>${head}${body}`;
  return { html, width: pageWidth, height: headHeight + units * unitHeight + 6 };
}
