import { type Panel, panelRows } from './dashboard-panels.ts';

const source = { type: 'prometheus', uid: '${source}' };

function variable(name: string, query: string): object {
  return {
    name,
    type: 'query',
    datasource: source,
    query: { query, refId: name },
    refresh: 2,
    includeAll: true,
    allValue: '.*',
    multi: true,
    current: { text: 'All', value: '$__all' },
    sort: 1,
  };
}

function panelsOf(): readonly object[] {
  const panels: object[] = [];
  let y = 0;
  for (const row of panelRows) {
    panels.push({
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { h: 1, w: 24, x: 0, y },
      panels: [],
    });
    const width = Math.floor(24 / row.panels.length);
    for (const [index, panel] of row.panels.entries())
      panels.push(drawn(panel, { h: 8, w: width, x: index * width, y: y + 1 }));
    y += 9;
  }
  return panels.map((panel, id) => ({ id: id + 1, ...panel }));
}

function drawn({ title, says, unit, kind = 'timeseries', stacked, queries }: Panel, gridPos: object): object {
  return {
    type: kind,
    title,
    ...(says === undefined ? {} : { description: says }),
    datasource: source,
    gridPos,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(kind === 'timeseries'
          ? {
              custom: {
                fillOpacity: stacked ? 30 : 5,
                lineWidth: 1,
                stacking: { mode: stacked ? 'normal' : 'none' },
              },
            }
          : {}),
      },
      overrides: [],
    },
    options:
      kind === 'timeseries'
        ? { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } }
        : {},
    targets: queries.map(([expr, legendFormat], index) => ({
      datasource: source,
      refId: String.fromCharCode(65 + index),
      expr,
      legendFormat,
      ...(kind === 'table' ? { format: 'table', instant: true } : {}),
    })),
  };
}

/** The dashboard, as Grafana reads it. */
export function dashboard(): string {
  const document = {
    title: 'kt-sidecar',
    uid: 'kt-sidecar',
    tags: ['kt-sidecar', 'ai'],
    schemaVersion: 41,
    editable: true,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    timezone: '',
    graphTooltip: 1,
    templating: {
      list: [
        { name: 'source', type: 'datasource', query: 'prometheus', label: 'Prometheus', current: {} },
        variable('namespace', 'label_values(keeptrusts_config_info, namespace)'),
        variable('pod', 'label_values(keeptrusts_config_info{namespace=~"$namespace"}, pod)'),
      ],
    },
    panels: panelsOf(),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
