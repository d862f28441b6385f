import type { Dashboard, DashboardPanel } from '../../src/generate/dashboard.js';

/**
 * Holds a dashboard to what Grafana documents (the dashboard JSON model and the schema in kinds/dashboard of its repository), and to what makes it usable.
 *
 * @returns what is wrong, as sentences
 */
export function dashboardFaults(dashboard: Dashboard): string[] {
  // As Grafana gets it.
  const { panels, templating, uid, title, schemaVersion, graphTooltip, refresh, time, annotations, tags } = JSON.parse(JSON.stringify(dashboard)) as Dashboard;
  const faults: string[] = [];
  const demand = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  demand(/^[a-zA-Z0-9_-]{8,40}$/.test(uid), `uid ${uid} is not of 8 to 40 characters of a URL.`);
  demand(title !== '', 'There is no title.');
  demand(Number.isInteger(schemaVersion) && schemaVersion >= 36, `schemaVersion is ${schemaVersion}.`);
  demand([0, 1, 2].includes(graphTooltip), `graphTooltip is ${graphTooltip}.`);
  demand(/^\d+[smh]$/.test(refresh), `refresh is ${refresh}.`);
  demand(/^now-\d+[mhd]$/.test(time.from) && time.to === 'now', 'The range of time is not relative.');
  demand(Array.isArray(annotations.list) && Array.isArray(tags), 'There are no annotations or tags.');
  faults.push(...variableFaults(dashboard), ...overlaps(panels));
  demand(new Set(panels.map(({ id }) => id)).size === panels.length && panels.every(({ id }) => Number.isInteger(id) && id > 0), 'Ids of panels are not unique and positive.');
  demand(panels.length === 0 || panels[0]!.type === 'row', 'The first panel is no row.');
  const names = templating.list.map(({ name }) => name);
  for (const panel of panels) faults.push(...panelFaults(panel, names).map((fault) => `${panel.id} ${panel.title}: ${fault}`));
  return faults;
}

function variableFaults({ templating: { list } }: Dashboard): string[] {
  const faults: string[] = [];
  if (new Set(list.map(({ name }) => name)).size !== list.length) faults.push('Two variables have one name.');
  if (list[0]?.type !== 'datasource' || list[0].name !== 'datasource' || list[0].query !== 'prometheus') faults.push('The first variable does not choose the data source.');
  for (const { name, type, query, datasource } of list.slice(1)) {
    if (!/^(?!__)\w+$/.test(name)) faults.push(`${name} is no name of a variable.`);
    if (type !== 'query' || typeof query === 'string' || !/^label_values\(.+, [a-zA-Z_]\w*\)$/s.test(query.query)) faults.push(`${name} does not list the values of a label.`);
    if (JSON.stringify(datasource) !== '{"type":"prometheus","uid":"${datasource}"}') faults.push(`${name} does not use the data source that was chosen.`);
  }
  return faults;
}

const optionsOf: Readonly<Record<string, readonly string[]>> = {
  timeseries: ['legend', 'tooltip'],
  stat: ['reduceOptions', 'textMode', 'colorMode', 'graphMode', 'justifyMode', 'orientation'],
  heatmap: ['calculate', 'color', 'yAxis', 'tooltip', 'legend'],
  'state-timeline': ['mergeValues', 'showValue', 'rowHeight', 'legend', 'tooltip'],
  table: ['showHeader', 'cellHeight'],
};

function panelFaults({ type, title, gridPos, targets, datasource, fieldConfig, options, collapsed, panels }: DashboardPanel, variables: readonly string[]): string[] {
  const faults: string[] = [];
  const demand = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  const { x, y, w, h } = gridPos;
  demand([x, y, w, h].every((each) => Number.isInteger(each)) && w >= 1 && h >= 1 && x >= 0 && y >= 0 && x + w <= 24, 'it is not on the grid of 24 columns.');
  demand(title !== '', 'it has no title.');
  if (type === 'row') {
    demand(w === 24 && h === 1 && x === 0, 'a row is as wide as the grid, and one high.');
    demand(collapsed === false && panels?.length === 0, 'a row that is not collapsed has no panels of its own.');
    return faults;
  }
  demand(type in optionsOf, `${type} is no type of panel that is known here.`);
  for (const option of optionsOf[type] ?? []) demand(options?.[option] !== undefined, `${type} has no option ${option}.`);
  demand(JSON.stringify(datasource) === '{"type":"prometheus","uid":"${datasource}"}', 'it does not use the data source that was chosen.');
  demand(Array.isArray(fieldConfig?.overrides) && typeof fieldConfig.defaults === 'object', 'its fields are not configured.');
  demand(targets !== undefined && targets.length > 0, 'it asks nothing.');
  demand(new Set(targets?.map(({ refId }) => refId)).size === targets?.length, 'two of its targets have one refId.');
  for (const { expr, refId, datasource: of, format, instant, range } of targets ?? []) {
    demand(/^[A-Z]$/.test(refId) && expr !== '' && JSON.stringify(of) === JSON.stringify(datasource), 'a target is incomplete.');
    demand(instant !== range, 'a target asks for both a moment and a range, or for neither.');
    demand(['time_series', 'heatmap', 'table'].includes(format) && (type === 'heatmap') === (format === 'heatmap') && (type === 'table') === (format === 'table'), `the format ${format} does not suit ${type}.`);
    for (const [, name] of expr.matchAll(/\$(\w+)/g)) demand(variables.includes(name!) || ['__rate_interval', '__range'].includes(name!), `nothing declares $${name}.`);
  }
  return faults;
}

function overlaps(panels: readonly DashboardPanel[]): string[] {
  const taken = new Map<string, number>();
  const faults = new Set<string>();
  for (const { id, gridPos: { x, y, w, h } } of panels) {
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        const other = taken.get(`${column} ${line}`);
        if (other !== undefined) faults.add(`Panels ${other} and ${id} overlap.`);
        taken.set(`${column} ${line}`, id);
      }
    }
  }
  return [...faults];
}
